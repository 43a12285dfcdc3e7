package dev.boardcast.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Rejects calls to a dependency that is unavailable: after a failure, one call per pause is let
 * through until one succeeds. Thread safe.
 */
final class CircuitBreaker {
  private static final long CLOSED = Long.MIN_VALUE;

  private final long pauseNanos;
  private final LongSupplier nanoTime;
  private final AtomicLong nextTry = new AtomicLong(CLOSED);

  CircuitBreaker(Duration pause, LongSupplier nanoTime) {
    this.pauseNanos = pause.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Whether the caller may try; after a pause, only one of many callers may. */
  boolean allows() {
    long due = nextTry.get();
    if (due == CLOSED) return true;
    long now = nanoTime.getAsLong();
    return now - due >= 0 && nextTry.compareAndSet(due, now + pauseNanos);
  }

  /** Returns whether this was the first success after failures. */
  boolean succeeded() {
    return nextTry.get() != CLOSED && nextTry.getAndSet(CLOSED) != CLOSED;
  }

  /** Returns whether this was the first failure after successes. */
  boolean failed() {
    return nextTry.getAndSet(nanoTime.getAsLong() + pauseNanos) == CLOSED;
  }
}
