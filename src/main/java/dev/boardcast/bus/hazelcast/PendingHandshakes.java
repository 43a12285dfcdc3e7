package dev.boardcast.bus.hazelcast;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Bounds the connections of peers that have not authenticated yet, in total and of an address: for
 * one too many the oldest is closed, since members authenticate in milliseconds and only others
 * take longer. Thread safe.
 */
final class PendingHandshakes {
  /** Most in total. */
  static final int MAX = 32;

  /** Most of one address. */
  static final int MAX_OF_ADDRESS = 8;

  private final Set<Socket> oldestFirst = new LinkedHashSet<>();

  /** Adds a new connection, to be removed by the caller, and closes another one if needed. */
  void add(Socket accepted) {
    Optional<Socket> excess;
    synchronized (oldestFirst) {
      excess = excess(accepted.getInetAddress());
      excess.ifPresent(oldestFirst::remove);
      oldestFirst.add(accepted);
    }
    excess.ifPresent(PendingHandshakes::close);
  }

  void remove(Socket done) {
    synchronized (oldestFirst) {
      oldestFirst.remove(done);
    }
  }

  int size() {
    synchronized (oldestFirst) {
      return oldestFirst.size();
    }
  }

  /** Which one leaves for one more of an address. */
  private Optional<Socket> excess(InetAddress address) {
    var same =
        oldestFirst.stream().filter(socket -> address.equals(socket.getInetAddress())).toList();
    if (same.size() >= MAX_OF_ADDRESS) return Optional.of(same.get(0));
    return oldestFirst.size() < MAX ? Optional.empty() : oldestFirst.stream().findFirst();
  }

  private static void close(Socket excess) {
    try {
      // Ends the read that its thread is blocked in.
      excess.close();
    } catch (IOException closed) {
      // It is closed all the same.
    }
  }
}
