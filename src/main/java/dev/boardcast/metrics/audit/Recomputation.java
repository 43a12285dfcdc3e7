package dev.boardcast.metrics.audit;

import java.time.Instant;

/**
 * A request to compute a board anew, and what came of it.
 *
 * @param finishedAt null while it waits or runs
 * @param wrongRows rollup rows that were not as the facts say; null until finished, and on failure
 * @param error null unless it failed
 */
public record Recomputation(
    String board, Instant requestedAt, Instant finishedAt, Long wrongRows, String error) {

  /** Whether it was done or given up. */
  public boolean isOver() {
    return finishedAt != null;
  }
}
