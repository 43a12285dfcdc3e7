package dev.boardcast.gateway;

import java.util.concurrent.atomic.AtomicInteger;

/** Limits a number of connections, counted over all event loops. Thread safe. */
final class ConnectionLimit {
  private final int limit;
  private final AtomicInteger acquired = new AtomicInteger();

  public ConnectionLimit(int limit) {
    this.limit = limit;
  }

  /** Counts one more, which must be released once; false when the limit is reached. */
  boolean acquire() {
    if (acquired.incrementAndGet() <= limit) return true;
    acquired.decrementAndGet();
    return false;
  }

  void release() {
    acquired.decrementAndGet();
  }

  int count() {
    return acquired.get();
  }
}
