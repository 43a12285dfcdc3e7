package dev.boardcast.metrics.history;

import java.time.Duration;
import java.time.Instant;

/**
 * One resolution of history: of each slot of {@code step}, the last state is kept, for {@code
 * keep}. A slot ends with, and includes, a multiple of the step since 1970 in UTC.
 *
 * @param id 1 for the finest
 */
record HistoryTier(int id, Duration step, Duration keep) {
  // A tier's rows are dropped in so many portions.
  private static final int PORTIONS = 4;

  /**
   * Whether a state since {@code changed} was the last of its slot, if the next is at {@code now}.
   */
  boolean keeps(Instant changed, Instant now) {
    return slot(changed) < slot(now);
  }

  /** How much time a partition holds. */
  Duration span() {
    long portion = Math.max(step.toMillis(), keep.toMillis() / PORTIONS);
    return Duration.ofMillis(portion);
  }

  /** When the partition that holds a moment begins. */
  Instant partition(Instant of) {
    long span = span().toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(of.toEpochMilli(), span) * span);
  }

  private long slot(Instant moment) {
    return -Math.floorDiv(-moment.toEpochMilli(), step.toMillis());
  }
}
