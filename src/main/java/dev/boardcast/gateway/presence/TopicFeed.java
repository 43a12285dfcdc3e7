package dev.boardcast.gateway.presence;

import dev.boardcast.gateway.protocol.PresenceDelta;
import dev.boardcast.gateway.protocol.PresenceList;
import dev.boardcast.gateway.protocol.PresentUser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the watchers of one topic have been shown, and when: at most one update in {@value
 * #INTERVAL_MILLIS} ms. A user who came and left in between is in none. Above {@value #MAX_LISTED}
 * users there are counts only, until there are {@value #LISTED_AGAIN} again. Not thread safe.
 */
final class TopicFeed {
  static final int INTERVAL_MILLIS = 1_000;
  static final int MAX_LISTED = 100;
  static final int LISTED_AGAIN = 80;

  private final String topic;
  private final Set<PresenceWatcher> watchers = new HashSet<>(4);
  private final Map<String, PresentUser> shown = new HashMap<>();
  private final Set<String> dirty = new HashSet<>();
  private PresenceList list;
  private long version;
  private long sentAt;

  /** Of a topic that nobody has watched: its watchers begin with what there is. */
  TopicFeed(String topic, PresenceTable table, boolean isPartial, long now) {
    this.topic = topic;
    this.sentAt = now - INTERVAL_MILLIS;
    show(table, table.count(topic) > MAX_LISTED, isPartial);
  }

  Set<PresenceWatcher> watchers() {
    return watchers;
  }

  /** What a new watcher begins with: what the others have been shown. */
  PresenceUpdate current() {
    return new PresenceUpdate(version, list, null);
  }

  /** A user has come, left or changed. */
  void touch(String user) {
    dirty.add(user);
  }

  /** Whether an update may be sent. */
  boolean isDue(long now) {
    return now - sentAt >= INTERVAL_MILLIS;
  }

  /** The update to send; null where nothing has changed. */
  PresenceUpdate update(PresenceTable table, boolean isPartial, long now) {
    PresenceList before = list;
    int count = table.count(topic);
    boolean wereCounts = before.countsOnly() != null;
    boolean areCounts = count > (wereCounts ? LISTED_AGAIN : MAX_LISTED);
    PresenceDelta delta = null;
    if (areCounts) {
      dirty.clear();
      boolean isSame = wereCounts && count == before.count() && isPartial == isPartial(before);
      if (isSame) return null;
      show(table, true, isPartial);
      delta = delta(List.of(), List.of(), List.of());
    } else if (wereCounts) {
      show(table, false, isPartial);
    } else {
      delta = difference(table, isPartial);
      if (delta == null) return null;
    }
    version++;
    sentAt = now;
    return new PresenceUpdate(version, list, delta);
  }

  private PresenceDelta difference(PresenceTable table, boolean isPartial) {
    var joined = new ArrayList<PresentUser>();
    var updated = new ArrayList<PresentUser>();
    var left = new ArrayList<String>();
    for (String user : dirty) {
      PresentUser now = table.find(topic, user);
      PresentUser was = now == null ? shown.remove(user) : shown.put(user, now);
      if (now == null && was != null) left.add(user);
      else if (now != null && was == null) joined.add(now);
      else if (now != null && !now.equals(was)) updated.add(now);
    }
    dirty.clear();
    boolean isSame = joined.isEmpty() && updated.isEmpty() && left.isEmpty();
    if (isSame && isPartial == isPartial(list)) return null;
    list = list(shown.values(), table.count(topic), false, isPartial);
    joined.sort(PresentUser.ORDER);
    updated.sort(PresentUser.ORDER);
    left.sort(null);
    return delta(joined, updated, left);
  }

  private void show(PresenceTable table, boolean countsOnly, boolean isPartial) {
    dirty.clear();
    shown.clear();
    if (!countsOnly) table.users(topic).forEach(each -> shown.put(each.user(), each));
    list = list(shown.values(), table.count(topic), countsOnly, isPartial);
  }

  private PresenceList list(
      Collection<PresentUser> users, int count, boolean countsOnly, boolean isPartial) {
    return new PresenceList(
        topic,
        users.stream().sorted(PresentUser.ORDER).toList(),
        count,
        countsOnly ? true : null,
        isPartial ? true : null);
  }

  private PresenceDelta delta(
      List<PresentUser> joined, List<PresentUser> updated, List<String> left) {
    return new PresenceDelta(
        topic,
        joined,
        updated.isEmpty() ? null : updated,
        left,
        list.count(),
        list.countsOnly(),
        list.partial());
  }

  private static boolean isPartial(PresenceList list) {
    return list.partial() != null;
  }
}
