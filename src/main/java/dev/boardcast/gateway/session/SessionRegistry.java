package dev.boardcast.gateway.session;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sessions of one event loop, also by user. */
public final class SessionRegistry {
  private final Set<Session> all = new LinkedHashSet<>();
  private final Map<String, Set<Session>> byUser = new HashMap<>();

  void add(Session session) {
    all.add(session);
  }

  void assign(Session session, String user) {
    byUser.computeIfAbsent(user, first -> new LinkedHashSet<>(2)).add(session);
    session.assignTo(user);
  }

  /** Removes the session from those of its user. */
  void unassign(Session session) {
    Set<Session> ofUser = byUser.get(session.user());
    if (ofUser == null) return;
    ofUser.remove(session);
    if (ofUser.isEmpty()) byUser.remove(session.user());
  }

  void remove(Session session) {
    all.remove(session);
  }

  /** Whether a user has a session. */
  public boolean isPresent(String user) {
    return byUser.containsKey(user);
  }

  Collection<Session> of(String user) {
    return byUser.getOrDefault(user, Set.of());
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** A copy, because sessions may close during an iteration. */
  public List<Session> all() {
    return List.copyOf(all);
  }
}
