package dev.boardcast.metrics.history;

import java.time.Duration;
import java.time.Instant;

/**
 * One resolution of history: the last state of each slot of length {@code step} is kept for {@code
 * keep}. A slot ends with, and includes, a multiple of the step since 1970 in UTC.
 *
 * @param id 1 for the finest
 */
record HistoryTier(int id, Duration step, Duration keep) {
  // Partitions that cover the time that is kept.
  private static final int PORTIONS = 4;

  /**
   * Whether a state that began at {@code changed} was the last of its slot, if the next one begins
   * at {@code now}.
   */
  boolean keeps(Instant changed, Instant now) {
    return slot(changed) < slot(now);
  }

  /** The length of a partition. */
  Duration span() {
    long portion = Math.max(step.toMillis(), keep.toMillis() / PORTIONS);
    return Duration.ofMillis(portion);
  }

  /** The start of the partition of a time. */
  Instant partition(Instant of) {
    long span = span().toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(of.toEpochMilli(), span) * span);
  }

  private long slot(Instant time) {
    return -Math.floorDiv(-time.toEpochMilli(), step.toMillis());
  }
}
