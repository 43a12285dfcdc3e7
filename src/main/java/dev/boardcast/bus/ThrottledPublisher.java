package dev.boardcast.bus;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Publishes one message at a bounded rate, at most about every {@code spacing}; each call is
 * followed by a publication. Thread safe.
 */
public final class ThrottledPublisher<T> {
  private final Vertx vertx;
  private final TypedBus bus;
  private final Address<T> address;
  private final T message;
  private final Duration spacing;
  private long sentNanos;
  private boolean scheduled;

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

  /** Publishes now, or when the spacing is over. */
  public void publish() {
    if (isDueNow()) bus.publish(address, message);
  }

  private synchronized boolean isDueNow() {
    long now = System.nanoTime();
    // Also when a timer is set: it does not fire if the verticle that set it was undeployed.
    if (now - sentNanos >= 2 * spacing.toNanos()) {
      sentNanos = now;
      scheduled = false;
      return true;
    }
    if (!scheduled) {
      scheduled = true;
      OutsideOfRequest.setTimer(vertx, spacing.toMillis(), this::publishScheduled);
    }
    return false;
  }

  private void publishScheduled() {
    if (takeScheduled()) bus.publish(address, message);
  }

  private synchronized boolean takeScheduled() {
    if (!scheduled) return false;
    scheduled = false;
    sentNanos = System.nanoTime();
    return true;
  }
}
