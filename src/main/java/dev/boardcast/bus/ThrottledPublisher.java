package dev.boardcast.bus;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * One message, published at once and then at most about every {@code spacing}, however often it is
 * asked for; the last call is always followed by a message. Thread safe.
 */
public final class ThrottledPublisher<T> {
  private final Vertx vertx;
  private final TypedBus bus;
  private final Address<T> address;
  private final T message;
  private final Duration spacing;
  private long sentNanos;
  private boolean due;

  /**
   * @param spacing at least 1 ms
   */
  public ThrottledPublisher(
      Vertx vertx, TypedBus bus, Address<T> address, T message, Duration spacing) {
    this.vertx = vertx;
    this.bus = bus;
    this.address = address;
    this.message = message;
    this.spacing = spacing;
    this.sentNanos = System.nanoTime() - 2 * spacing.toNanos();
  }

  /** There is something to look at. */
  public void give() {
    if (passes()) bus.publish(address, message);
  }

  private synchronized boolean passes() {
    long now = System.nanoTime();
    // Even when one is due: its timer ends with the verticle that set it, hints must not.
    if (now - sentNanos >= 2 * spacing.toNanos()) {
      sentNanos = now;
      due = false;
      return true;
    }
    if (!due) {
      due = true;
      vertx.setTimer(spacing.toMillis(), passed -> follow());
    }
    return false;
  }

  private void follow() {
    if (follows()) bus.publish(address, message);
  }

  private synchronized boolean follows() {
    if (!due) return false;
    due = false;
    sentNanos = System.nanoTime();
    return true;
  }
}
