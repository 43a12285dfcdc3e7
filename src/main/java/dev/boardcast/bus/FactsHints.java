package dev.boardcast.bus;

import io.vertx.core.Vertx;

/**
 * Tells metrics that a board has new facts: at once, then at most every few milliseconds however
 * many commits there are; the last commit is always followed by a hint. Thread safe.
 */
public final class FactsHints {
  private static final long SPACING_MILLIS = 20;
  private static final long SPACING_NANOS = SPACING_MILLIS * 1_000_000;

  private final Vertx vertx;
  private final TypedBus bus;
  private final FactsHint hint;
  private long sentNanos = System.nanoTime() - 2 * SPACING_NANOS;
  private boolean due;

  public FactsHints(Vertx vertx, TypedBus bus, String board) {
    this.vertx = vertx;
    this.bus = bus;
    this.hint = new FactsHint(board);
  }

  /** New facts are committed. */
  public void committed() {
    if (passes()) bus.publish(Addresses.FACTS_HINTS, hint);
  }

  private synchronized boolean passes() {
    long now = System.nanoTime();
    // Even when one is due: its timer ends with the verticle that set it, hints must not.
    if (now - sentNanos >= 2 * SPACING_NANOS) {
      sentNanos = now;
      due = false;
      return true;
    }
    if (!due) {
      due = true;
      vertx.setTimer(SPACING_MILLIS, passed -> follow());
    }
    return false;
  }

  private void follow() {
    if (follows()) bus.publish(Addresses.FACTS_HINTS, hint);
  }

  private synchronized boolean follows() {
    if (!due) return false;
    due = false;
    sentNanos = System.nanoTime();
    return true;
  }
}
