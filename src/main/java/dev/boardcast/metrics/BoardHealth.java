package dev.boardcast.metrics;

import java.util.OptionalLong;

/** Holds what health checks report about one board on this node. Thread safe. */
final class BoardHealth {
  private volatile OptionalLong drift = OptionalLong.empty();
  private volatile boolean failing;

  /** Wrong rollup rows that the last audit found; empty where this node has no audit result. */
  OptionalLong drift() {
    return drift;
  }

  /** Whether this node holds the board's lease and cannot compute it. */
  boolean isFailing() {
    return failing;
  }

  void drifted(OptionalLong wrongRows) {
    drift = wrongRows;
  }

  void failing(boolean isFailing) {
    failing = isFailing;
  }
}
