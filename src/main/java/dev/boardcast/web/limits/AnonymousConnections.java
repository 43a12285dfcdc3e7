package dev.boardcast.web.limits;

import dev.boardcast.web.limits.Budget.Grant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts connections without a valid token, in total and by client. At the total, the client with
 * the most gives its oldest one up for a client with fewer, so that clients that take their whole
 * share keep no others out. Thread safe.
 */
final class AnonymousConnections {
  /** A connection that can be closed from any thread. */
  interface Connection {
    /** Closes it, because another client needs its place. */
    void evict();
  }

  private final int total;
  private final int share;
  private final Map<String, Set<Connection>> oldestFirst = new HashMap<>();
  // Clients by the number of their connections.
  private final TreeMap<Integer, Set<String>> bySize = new TreeMap<>();
  private int held;

  AnonymousConnections(int total, int share) {
    this.total = total;
    this.share = share;
  }

  /** Adds a connection, which must be removed once if it is granted. */
  Grant add(String client, Connection connection) {
    Connection evicted = null;
    synchronized (this) {
      int own = size(client);
      if (own >= share) return Grant.SHARE_SPENT;
      if (held >= total) {
        // Among equals, who came first stays.
        if (bySize.isEmpty() || bySize.lastKey() <= own + 1) return Grant.TOTAL_SPENT;
        String fullest = bySize.lastEntry().getValue().iterator().next();
        evicted = oldestFirst.get(fullest).iterator().next();
        take(fullest, evicted);
      }
      put(client, connection);
    }
    if (evicted != null) evicted.evict();
    return Grant.GRANTED;
  }

  /** Has no effect on a connection that was evicted. */
  synchronized void remove(String client, Connection connection) {
    take(client, connection);
  }

  synchronized int held() {
    return held;
  }

  /** How many clients have a connection. */
  synchronized int clients() {
    return oldestFirst.size();
  }

  private int size(String client) {
    Set<Connection> own = oldestFirst.get(client);
    return own == null ? 0 : own.size();
  }

  private void put(String client, Connection connection) {
    Set<Connection> own = oldestFirst.computeIfAbsent(client, added -> new LinkedHashSet<>());
    own.add(connection);
    held++;
    move(client, own.size() - 1, own.size());
  }

  private void take(String client, Connection connection) {
    Set<Connection> own = oldestFirst.get(client);
    if (own == null || !own.remove(connection)) return;
    held--;
    if (own.isEmpty()) oldestFirst.remove(client);
    move(client, own.size() + 1, own.size());
  }

  private void move(String client, int from, int to) {
    Set<String> left = bySize.get(from);
    if (left != null) {
      left.remove(client);
      if (left.isEmpty()) bySize.remove(from);
    }
    if (to > 0) bySize.computeIfAbsent(to, added -> new LinkedHashSet<>()).add(client);
  }
}
