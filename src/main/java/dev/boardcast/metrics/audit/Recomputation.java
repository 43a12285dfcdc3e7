package dev.boardcast.metrics.audit;

import java.time.Instant;

/**
 * A request to recompute a board, and its result.
 *
 * @param finishedAt null while the request waits or runs
 * @param wrongRows rollup rows that differed from the facts; null until finished, and on failure
 * @param error null unless the recomputation failed
 */
public record Recomputation(
    String board, Instant requestedAt, Instant finishedAt, Long wrongRows, String error) {

  /** Whether it has succeeded or failed. */
  public boolean isOver() {
    return finishedAt != null;
  }
}
