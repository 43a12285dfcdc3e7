package dev.boardcast.gateway.session;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sessions of one event loop, and those of each user. */
public final class SessionRegistry {
  private final Set<Session> all = new LinkedHashSet<>();
  private final Map<String, Set<Session>> byUser = new HashMap<>();

  void add(Session session) {
    all.add(session);
  }

  /** Remembers whose session it is. */
  void know(Session session, String user) {
    byUser.computeIfAbsent(user, first -> new LinkedHashSet<>(2)).add(session);
    session.belongsTo(user);
  }

  /** It is nobody's session any more. */
  void forget(Session session) {
    Set<Session> theirs = byUser.get(session.user());
    if (theirs == null) return;
    theirs.remove(session);
    if (theirs.isEmpty()) byUser.remove(session.user());
  }

  void remove(Session session) {
    all.remove(session);
  }

  Collection<Session> of(String user) {
    return byUser.getOrDefault(user, Set.of());
  }

  /** A copy: sessions may end while it is gone through. */
  public List<Session> all() {
    return List.copyOf(all);
  }

  /** Those whom that node has handed on. */
  public List<Session> via(String node) {
    return all.stream().filter(session -> session.isVia(node)).toList();
  }
}
