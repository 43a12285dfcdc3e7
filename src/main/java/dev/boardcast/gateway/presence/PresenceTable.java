package dev.boardcast.gateway.presence;

import dev.boardcast.bus.Presence;
import dev.boardcast.gateway.protocol.PresentUser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The users on every topic, each by the nodes that it is on. A user counts once. Not thread safe.
 */
final class PresenceTable {
  // By topic, user and node.
  private final Map<String, Map<String, Map<String, Presence>>> topics = new HashMap<>();
  private int entries;

  /**
   * Sets what a node says of a user.
   *
   * @param presence null where the user is not on that node
   * @return whether that is new
   */
  boolean set(PresenceKey key, String node, Presence presence) {
    return presence == null ? remove(key, node) : put(key, node, presence);
  }

  private boolean put(PresenceKey key, String node, Presence presence) {
    Presence before =
        topics
            .computeIfAbsent(key.topic(), first -> new HashMap<>(4))
            .computeIfAbsent(key.user(), first -> new HashMap<>(2))
            .put(node, presence);
    if (before == null) entries++;
    return !Objects.equals(before, presence);
  }

  private boolean remove(PresenceKey key, String node) {
    Map<String, Map<String, Presence>> users = topics.get(key.topic());
    Map<String, Presence> nodes = users == null ? null : users.get(key.user());
    if (nodes == null || nodes.remove(node) == null) return false;
    entries--;
    if (nodes.isEmpty()) users.remove(key.user());
    if (users.isEmpty()) topics.remove(key.topic());
    return true;
  }

  /** The user as others see it; null where it is on no node. */
  PresentUser find(String topic, String user) {
    Map<String, Presence> nodes = topics.getOrDefault(topic, Map.of()).get(user);
    return nodes == null ? null : merged(user, nodes);
  }

  /** How many users are on a topic. */
  int count(String topic) {
    Map<String, Map<String, Presence>> users = topics.get(topic);
    return users == null ? 0 : users.size();
  }

  /** The users on a topic, those who came first at first. */
  List<PresentUser> users(String topic) {
    return topics.getOrDefault(topic, Map.of()).entrySet().stream()
        .map(each -> merged(each.getKey(), each.getValue()))
        .sorted(PresentUser.ORDER)
        .toList();
  }

  /** The entries of all nodes. */
  int size() {
    return entries;
  }

  private static PresentUser merged(String user, Map<String, Presence> nodes) {
    return PresentUser.of(user, nodes.values().stream().reduce(Presence::and).orElseThrow());
  }
}
