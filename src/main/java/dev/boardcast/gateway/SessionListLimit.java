package dev.boardcast.gateway;

import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps a list of sessions within the request's limit, and within a message of the event bus. */
final class SessionListLimit {
  private static final int MAX_CHARACTERS = 256 << 10;
  private static final int ENTRY_CHARACTERS = 600;

  private SessionListLimit() {}

  static SessionList apply(SessionRequest request, String node, List<SessionList.Entry> found) {
    var kept = new ArrayList<SessionList.Entry>();
    int characters = 0;
    for (SessionList.Entry each :
        found.stream().sorted(Comparator.comparing(SessionList.Entry::session)).toList()) {
      characters += ENTRY_CHARACTERS + each.topics().stream().mapToInt(String::length).sum();
      boolean fits = kept.size() < request.limit() && characters <= MAX_CHARACTERS;
      if (!fits && !kept.isEmpty()) break;
      kept.add(each);
    }
    return new SessionList(request.id(), node, kept, kept.size() < found.size());
  }
}
