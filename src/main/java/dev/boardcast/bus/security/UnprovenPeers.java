package dev.boardcast.bus.security;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Bounds the connections of peers that have not proven yet to be nodes, in total and of an address:
 * for one too many the oldest is closed, since nodes prove it in milliseconds and only others take
 * longer. Thread safe.
 *
 * @param <C> a connection
 */
public final class UnprovenPeers<C> {
  private final int max;
  private final int maxOfAddress;
  private final Consumer<C> close;
  private final Map<C, InetAddress> oldestFirst = new LinkedHashMap<>();

  /**
   * @param max most in total
   * @param maxOfAddress most of one address
   * @param close closes a connection, on the thread that adds another
   */
  public UnprovenPeers(int max, int maxOfAddress, Consumer<C> close) {
    this.max = max;
    this.maxOfAddress = maxOfAddress;
    this.close = close;
  }

  /** Adds a new connection, to be removed by the caller, and closes another one if needed. */
  public void add(C accepted, InetAddress address) {
    Optional<C> excess;
    synchronized (oldestFirst) {
      excess = excess(address);
      excess.ifPresent(oldestFirst::remove);
      oldestFirst.put(accepted, address);
    }
    excess.ifPresent(close);
  }

  public void remove(C done) {
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
  private Optional<C> excess(InetAddress address) {
    var same =
        oldestFirst.entrySet().stream()
            .filter(each -> address.equals(each.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (same.size() >= maxOfAddress) return Optional.of(same.get(0));
    return oldestFirst.size() < max ? Optional.empty() : oldestFirst.keySet().stream().findFirst();
  }
}
