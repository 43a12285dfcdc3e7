package dev.boardcast.gateway.presence;

import dev.boardcast.bus.Presence;
import dev.boardcast.bus.PresenceData;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who is present by the sessions of this node: one entry per user and topic. Not thread safe. */
final class LocalPresence {
  /** Most entries of a node. */
  static final int MAX_ENTRIES = 20_000;

  private final Map<PresenceKey, Map<String, Presence>> sessions = new HashMap<>();

  /**
   * A session is present, or gives other data.
   *
   * @param data null to leave it as it is
   * @return false when the node has too many entries; then nothing has changed
   */
  boolean enter(PresenceKey key, String session, PresenceData data, Instant now) {
    Map<String, Presence> ofUser = sessions.get(key);
    if (ofUser == null) {
      if (sessions.size() >= MAX_ENTRIES) return false;
      ofUser = new LinkedHashMap<>(2);
      sessions.put(key, ofUser);
    }
    Presence before = ofUser.get(session);
    Instant since = before == null ? now : before.since();
    if (data == null && before != null) return true;
    // Empty data takes back what the session has shown: that of the user's other sessions counts.
    boolean isEmpty = data == null || data.isEmpty();
    ofUser.put(
        session,
        new Presence(since, isEmpty ? PresenceData.NONE : data, isEmpty ? Instant.EPOCH : now));
    return true;
  }

  void leave(PresenceKey key, String session) {
    Map<String, Presence> ofUser = sessions.get(key);
    if (ofUser == null) return;
    ofUser.remove(session);
    if (ofUser.isEmpty()) sessions.remove(key);
  }

  /** The entry of a user by all its sessions; null where none is present. */
  Presence find(PresenceKey key) {
    Map<String, Presence> ofUser = sessions.get(key);
    return ofUser == null ? null : ofUser.values().stream().reduce(Presence::and).orElse(null);
  }

  /** All entries, in no order. */
  Iterable<PresenceKey> keys() {
    return sessions.keySet();
  }

  int size() {
    return sessions.size();
  }
}
