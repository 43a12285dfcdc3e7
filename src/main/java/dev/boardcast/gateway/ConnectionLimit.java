package dev.boardcast.gateway;

import java.util.concurrent.atomic.AtomicInteger;

/** How many sessions a node takes, counted over all its event loops. Safe from any thread. */
public final class ConnectionLimit {
  private final int most;
  private final AtomicInteger taken = new AtomicInteger();

  public ConnectionLimit(int most) {
    this.most = most;
  }

  /** Takes a seat, which must be given back once; false when none is free. */
  boolean take() {
    if (taken.incrementAndGet() <= most) return true;
    taken.decrementAndGet();
    return false;
  }

  void giveBack() {
    taken.decrementAndGet();
  }

  int taken() {
    return taken.get();
  }
}
