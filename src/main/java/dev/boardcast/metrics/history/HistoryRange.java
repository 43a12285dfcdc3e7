package dev.boardcast.metrics.history;

import java.time.Duration;
import java.time.Instant;

/**
 * The points of a series: the multiples of {@code step} since 1970 in UTC from {@code from} to
 * {@code to}, both included.
 */
record HistoryRange(Instant from, Instant to, Duration step) {
  /** How many points there are. */
  long points() {
    return Math.max(0, last() - first() + 1);
  }

  /** The moment of a point. */
  Instant time(long point) {
    return Instant.ofEpochMilli((first() + point) * step.toMillis());
  }

  /** The first point that sees what holds since then; 0 for all before the first. */
  long seeing(Instant since) {
    return Math.max(0, ceiling(since) - first());
  }

  private long first() {
    return ceiling(from);
  }

  private long last() {
    return Math.floorDiv(to.toEpochMilli(), step.toMillis());
  }

  private long ceiling(Instant time) {
    return -Math.floorDiv(-time.toEpochMilli(), step.toMillis());
  }
}
