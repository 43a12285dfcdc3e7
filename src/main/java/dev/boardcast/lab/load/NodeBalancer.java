package dev.boardcast.lab.load;

import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Chooses the node of each connection as the shipped proxy configurations do: the one with the
 * fewest connections. A node that refuses a connection gets no other for a second, then one, and
 * all again when that succeeds. Thread safe.
 */
final class NodeBalancer {
  private static final long PAUSE_MICROS = 1_000_000;

  private final Node[] nodes;
  private final LongSupplier clock;
  private int first;

  private static final class Node {
    private int connections;
    private boolean down;
    private boolean isTried;
    private long refusedAt;

    private boolean takes(long now) {
      return !down || (!isTried && now - refusedAt >= PAUSE_MICROS);
    }

    private boolean isBetterThan(Node other, long now) {
      if (takes(now) != other.takes(now)) return takes(now);
      return takes(now) ? connections < other.connections : refusedAt < other.refusedAt;
    }
  }

  /**
   * @param clock in microseconds
   */
  NodeBalancer(int nodes, LongSupplier clock) {
    this.nodes = IntStream.range(0, nodes).mapToObj(each -> new Node()).toArray(Node[]::new);
    this.clock = clock;
  }

  /** The index of the node for a new connection, which counts from now on. */
  synchronized int choose() {
    long now = clock.getAsLong();
    int chosen = first;
    for (int i = 1; i < nodes.length; i++) {
      int other = (first + i) % nodes.length;
      if (nodes[other].isBetterThan(nodes[chosen], now)) chosen = other;
    }
    first = (first + 1) % nodes.length;
    nodes[chosen].connections++;
    nodes[chosen].isTried = nodes[chosen].down;
    return chosen;
  }

  /** The handshake of a connection to a node has succeeded. */
  synchronized void opened(int node) {
    nodes[node].down = false;
  }

  /**
   * A connection to a node has ended.
   *
   * @param wasOpen whether its handshake had succeeded
   */
  synchronized void ended(int node, boolean wasOpen) {
    nodes[node].connections--;
    if (wasOpen) return;
    nodes[node].down = true;
    nodes[node].isTried = false;
    nodes[node].refusedAt = clock.getAsLong();
  }
}
