package dev.boardcast.lab.load;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Chooses the node of each connection as the shipped proxy configurations do: the one with the
 * fewest connections, of those that have not just refused one. Thread safe.
 */
final class NodeBalancer {
  private static final long REFUSED_MICROS = 1_000_000;

  private final int[] connections;
  private final long[] refusedAt;
  private final LongSupplier clock;
  private int first;

  /**
   * @param clock in microseconds
   */
  NodeBalancer(int nodes, LongSupplier clock) {
    this.connections = new int[nodes];
    this.refusedAt = new long[nodes];
    this.clock = clock;
    Arrays.fill(refusedAt, Long.MIN_VALUE / 2);
  }

  /** The index of the node for a new connection, which counts from now on. */
  synchronized int choose() {
    long now = clock.getAsLong();
    int chosen = first;
    for (int i = 1; i < connections.length; i++) {
      int other = (first + i) % connections.length;
      if (isBetter(other, chosen, now)) chosen = other;
    }
    first = (first + 1) % connections.length;
    connections[chosen]++;
    return chosen;
  }

  /**
   * A connection to a node has ended.
   *
   * @param wasOpen whether its handshake had succeeded
   */
  synchronized void ended(int node, boolean wasOpen) {
    connections[node]--;
    if (!wasOpen) refusedAt[node] = clock.getAsLong();
  }

  private boolean isBetter(int one, int other, long now) {
    boolean oneRefused = now - refusedAt[one] < REFUSED_MICROS;
    boolean otherRefused = now - refusedAt[other] < REFUSED_MICROS;
    if (oneRefused != otherRefused) return otherRefused;
    if (oneRefused) return refusedAt[one] < refusedAt[other];
    return connections[one] < connections[other];
  }
}
