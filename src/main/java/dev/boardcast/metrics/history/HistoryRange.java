package dev.boardcast.metrics.history;

import java.time.Duration;
import java.time.Instant;

/**
 * The points of a series: the multiples of {@code step} since 1970 in UTC from {@code from} to
 * {@code to}, both included.
 */
record HistoryRange(Instant from, Instant to, Duration step) {
  /** The number of points. */
  long points() {
    return Math.max(0, last() - first() + 1);
  }

  /** The time of a point. */
  Instant time(long point) {
    return Instant.ofEpochMilli((first() + point) * step.toMillis());
  }

  /** The first point at or after a time; 0 for times before the first point. */
  long firstPointAt(Instant since) {
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
