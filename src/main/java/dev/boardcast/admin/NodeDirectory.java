package dev.boardcast.admin;

import dev.boardcast.bus.NodeBeacon;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The nodes of the cluster, as they were last heard. One that said goodbye is forgotten at once,
 * one that fell silent is kept for a while, to be missed. Thread safe.
 */
public final class NodeDirectory {
  static final Duration SILENT = Duration.ofSeconds(5);
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);

  private final Map<String, Entry> nodes = new ConcurrentHashMap<>();
  private final Set<String> missed = ConcurrentHashMap.newKeySet();

  /** A node, and how long ago it was heard. */
  record Entry(NodeBeacon beacon, long heardNanos) {
    long silentMillis() {
      return (System.nanoTime() - heardNanos) / 1_000_000;
    }

    boolean isSilent() {
      return silentMillis() > SILENT.toMillis();
    }
  }

  /** Returns what is new about the node; empty when nothing is. */
  Optional<String> heard(NodeBeacon beacon) {
    String node = beacon.node();
    if (beacon.status().equals(NodeBeacon.GONE)) {
      return Optional.ofNullable(nodes.remove(node)).map(known -> "has left");
    }
    Entry before = nodes.put(node, new Entry(beacon, System.nanoTime()));
    if (missed.remove(node)) return Optional.of("is heard again");
    return before == null ? Optional.of("has come") : Optional.empty();
  }

  /** Those that have fallen silent since this was asked before. */
  List<NodeBeacon> missing() {
    missed.retainAll(nodes.keySet());
    return all().stream()
        .filter(Entry::isSilent)
        .map(Entry::beacon)
        .filter(beacon -> missed.add(beacon.node()))
        .toList();
  }

  /** By name. */
  List<Entry> all() {
    nodes.values().removeIf(entry -> entry.silentMillis() > FORGOTTEN.toMillis());
    return nodes.values().stream()
        .sorted((one, other) -> one.beacon().node().compareTo(other.beacon().node()))
        .toList();
  }

  Optional<Entry> find(String node) {
    return Optional.ofNullable(nodes.get(node));
  }

  /** How many nodes are heard. */
  public long size() {
    return nodes.values().stream().filter(entry -> !entry.isSilent()).count();
  }
}
