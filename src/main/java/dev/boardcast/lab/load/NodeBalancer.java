package dev.boardcast.lab.load;

import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Chooses the node of each connection as the shipped haproxy.cfg does: the one with the fewest
 * connections, where those of a node that has come back count for more at first. A node that
 * refuses a connection gets no other for a second, then one, and all again when that succeeds. One
 * that is stopped gets none until it is ready, as health checks tell. Thread safe.
 */
final class NodeBalancer {
  private static final long PAUSE_MICROS = 1_000_000;
  private static final double SLOW_START_MICROS = 10_000_000;
  private static final double FIRST_WEIGHT = 0.1;

  private final Node[] nodes;
  private final LongSupplier clock;
  private int first;

  private static final class Node {
    private int connections;
    private boolean stopped;
    private boolean down;
    private boolean isTried;
    private long refusedAt;
    private long backAt = Long.MIN_VALUE / 2;

    private boolean takes(long now) {
      if (stopped) return false;
      return !down || (!isTried && now - refusedAt >= PAUSE_MICROS);
    }

    private boolean isBetterThan(Node other, long now) {
      if (takes(now) != other.takes(now)) return takes(now);
      return takes(now) ? load(now) < other.load(now) : refusedAt < other.refusedAt;
    }

    private double load(long now) {
      double weight = (now - backAt) / SLOW_START_MICROS;
      return (connections + 1) / Math.min(1, Math.max(FIRST_WEIGHT, weight));
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

  /** Whether a node takes connections, as far as is known. */
  synchronized boolean isAnyUp() {
    return Arrays.stream(nodes).anyMatch(node -> !node.stopped && !node.down);
  }

  /** A node has been stopped. */
  synchronized void stopped(int node) {
    nodes[node].stopped = true;
  }

  /** A node takes clients, again or for the first time. */
  synchronized void ready(int node) {
    nodes[node].stopped = false;
    nodes[node].down = false;
    nodes[node].backAt = clock.getAsLong();
  }

  /** The handshake of a connection to a node has succeeded. */
  synchronized void opened(int node) {
    if (nodes[node].down) nodes[node].backAt = clock.getAsLong();
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
