package dev.boardcast.gateway.presence;

import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.Presence;
import dev.boardcast.bus.PresenceReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the other nodes have reported, as long as they send anything. The users of a node that is
 * silent for {@value #SILENCE_MILLIS} ms are no longer shown; when it sends again they are, without
 * another report of them. Times are milliseconds of one monotonic clock. Not thread safe.
 */
final class ReplicaSet {
  static final int SILENCE_MILLIS = 3_000;
  static final int FORGET_MILLIS = 120_000;
  // Of a node that ended before its first beacon arrived: its ports are unknown, so none replaces
  // it.
  static final int FORGET_YOUNG_MILLIS = 10_000;

  private static final int ASK_MILLIS = 1_000;
  // A process that was suspended has received nothing meanwhile; the others are not silent.
  private static final int MAX_STEP_MILLIS = 500;
  private static final String GATEWAY = "gateway";

  private static final class Node {
    private final Replica replica = new Replica();
    private long activeAt;
    private long askedAt = Long.MIN_VALUE / 2;
    private boolean isSilent;
    private String address; // null before its first beacon
  }

  private final String self;
  private final Map<String, Node> nodes = new HashMap<>();
  private long checkedAt;

  /**
   * @param self the name of this node
   */
  ReplicaSet(String self, long now) {
    this.self = self;
    this.checkedAt = now;
  }

  /** Entries of a node that may look different now. */
  record Changed(String node, Set<PresenceKey> keys) {}

  /** Takes a report of another node. */
  Changed receive(PresenceReport report, long now) {
    Node node = active(report.node(), now);
    boolean returns = node.isSilent;
    node.isSilent = false;
    Set<PresenceKey> changed = node.replica.receive(report);
    return new Changed(report.node(), returns ? node.replica.keys() : changed);
  }

  /** Takes a beacon of any node. */
  List<Changed> receive(NodeBeacon beacon, long now) {
    String name = beacon.node();
    if (name.equals(self) || !beacon.roles().contains(GATEWAY)) return List.of();
    if (beacon.status().equals(NodeBeacon.GONE)) return List.of(remove(name));
    var changed = new ArrayList<Changed>();
    Node node = active(name, now);
    if (node.isSilent) changed.add(new Changed(name, node.replica.keys()));
    node.isSilent = false;
    node.address = address(beacon);
    if (node.address.isEmpty()) return changed;
    // A silent node whose port another one has now has ended.
    for (String other : List.copyOf(nodes.keySet())) {
      Node each = nodes.get(other);
      if (each.isSilent && node.address.equals(each.address)) changed.add(remove(other));
    }
    return changed;
  }

  private Changed remove(String name) {
    Node gone = nodes.remove(name);
    return new Changed(name, gone == null ? Set.of() : gone.replica.keys());
  }

  /** Empty where it does not tell one node from another. */
  private static String address(NodeBeacon beacon) {
    boolean isWildcard = beacon.host().equals("0.0.0.0") || beacon.host().contains("::");
    return isWildcard || beacon.httpPort() == 0 ? "" : beacon.host() + " " + beacon.httpPort();
  }

  /** The nodes that have become silent since the last call, which must be called every tick. */
  List<Changed> check(long now) {
    long late = now - checkedAt - MAX_STEP_MILLIS;
    checkedAt = now;
    if (late > 0) nodes.values().forEach(node -> node.activeAt += late);
    nodes
        .values()
        .removeIf(
            node ->
                now - node.activeAt > (node.address == null ? FORGET_YOUNG_MILLIS : FORGET_MILLIS));
    var silent = new ArrayList<Changed>();
    nodes.forEach(
        (name, node) -> {
          if (node.isSilent || now - node.activeAt <= SILENCE_MILLIS) return;
          node.isSilent = true;
          silent.add(new Changed(name, node.replica.keys()));
        });
    return silent;
  }

  /** The nodes to ask for their whole state now; each at most once a second. */
  Set<String> toAsk(long now) {
    var asked = new HashSet<String>();
    nodes.forEach(
        (name, node) -> {
          if (!node.replica.isBehind() || node.isSilent || now - node.askedAt < ASK_MILLIS) return;
          node.askedAt = now;
          asked.add(name);
        });
    return asked;
  }

  /** What a node says of a user; null where it says nothing, or is silent. */
  Presence find(String node, PresenceKey key) {
    Node known = nodes.get(node);
    return known == null || known.isSilent ? null : known.replica.find(key);
  }

  /**
   * Whether there may be users that are not known here: a node that has not said that it ends is
   * silent, or its state is being asked for.
   */
  boolean isPartial() {
    for (Node node : nodes.values()) {
      if (node.isSilent || node.replica.isBehind()) return true;
    }
    return false;
  }

  private Node active(String name, long now) {
    Node node = nodes.computeIfAbsent(name, first -> new Node());
    node.activeAt = now;
    return node;
  }
}
