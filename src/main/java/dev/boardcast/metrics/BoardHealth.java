package dev.boardcast.metrics;

import java.util.OptionalLong;

/** How the numbers of one board stand on this node, as health tells it. From any thread. */
public final class BoardHealth {
  private volatile OptionalLong drift = OptionalLong.empty();
  private volatile boolean failing;

  /** What the last audit found; empty where this node has none. */
  OptionalLong drift() {
    return drift;
  }

  /** Whether this node keeps the board and cannot compute it. */
  boolean isFailing() {
    return failing;
  }

  public void drifted(OptionalLong rows) {
    drift = rows;
  }

  void failing(boolean isFailing) {
    failing = isFailing;
  }
}
