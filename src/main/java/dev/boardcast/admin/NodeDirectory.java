package dev.boardcast.admin;

import dev.boardcast.bus.NodeBeacon;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Holds the last beacon of each node of the cluster. Thread safe.
 *
 * <p>A node that left is removed at once; a silent one after ten minutes.
 */
public final class NodeDirectory {
  private static final Duration SUSPECT_AFTER = Duration.ofMillis(2_500);
  static final Duration SILENT_AFTER = Duration.ofSeconds(5);
  private static final Duration REMOVE_AFTER = Duration.ofMinutes(10);

  private final Map<String, Entry> nodes = new ConcurrentHashMap<>();
  private final Set<String> reportedSilent = ConcurrentHashMap.newKeySet();

  /** The last beacon of a node, and when it was received. */
  record Entry(NodeBeacon beacon, long receivedNanos) {
    long ageMillis() {
      return (System.nanoTime() - receivedNanos) / 1_000_000;
    }

    boolean isSilent() {
      return ageMillis() > SILENT_AFTER.toMillis();
    }
  }

  /** Adds a beacon; returns what changed, as a predicate for a log line, empty when nothing did. */
  Optional<String> received(NodeBeacon beacon) {
    String node = beacon.node();
    if (beacon.status().equals(NodeBeacon.GONE)) {
      return Optional.ofNullable(nodes.remove(node)).map(known -> "has left");
    }
    Entry before = nodes.put(node, new Entry(beacon, System.nanoTime()));
    if (reportedSilent.remove(node)) return Optional.of("is no longer silent");
    return before == null ? Optional.of("has joined") : Optional.empty();
  }

  /** Returns the nodes that have become silent since the last call. */
  List<NodeBeacon> newlySilent() {
    reportedSilent.retainAll(nodes.keySet());
    return all().stream()
        .filter(Entry::isSilent)
        .map(Entry::beacon)
        .filter(beacon -> reportedSilent.add(beacon.node()))
        .toList();
  }

  /** All nodes, by name. */
  List<Entry> all() {
    nodes.values().removeIf(entry -> entry.ageMillis() > REMOVE_AFTER.toMillis());
    return nodes.values().stream()
        .sorted(Comparator.comparing(entry -> entry.beacon().node()))
        .toList();
  }

  /** Names of nodes whose beacons have stopped, for a short time or a longer one. */
  public Set<String> suspects() {
    return nodes.entrySet().stream()
        .filter(entry -> entry.getValue().ageMillis() > SUSPECT_AFTER.toMillis())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a node of a role takes clients, by its recent beacon.
   *
   * @param self which does not count
   * @param role as beacons name it
   */
  public boolean hasOther(String self, String role) {
    return nodes.values().stream()
        .filter(entry -> entry.ageMillis() <= SUSPECT_AFTER.toMillis())
        .map(Entry::beacon)
        .filter(beacon -> !beacon.node().equals(self) && beacon.roles().contains(role))
        .anyMatch(beacon -> beacon.status().equals(NodeBeacon.UP));
  }

  boolean contains(String node) {
    return nodes.containsKey(node);
  }

  /** The number of nodes that are not silent. */
  public long size() {
    return nodes.values().stream().filter(entry -> !entry.isSilent()).count();
  }
}
