package dev.boardcast.boards.analysis;

import java.time.Duration;

/**
 * How the analysis board counts.
 *
 * @param window how far back messages count; default 7 days, at least 15 min. It may be changed at
 *     any start: nothing stored depends on it
 */
public record AnalysisConfig(Duration window) {
  public static final AnalysisConfig DEFAULTS = new AnalysisConfig();

  /** The default values. */
  public AnalysisConfig() {
    this(Duration.ofDays(7));
  }

  public AnalysisConfig {
    if (window.compareTo(WindowEdge.STEP) < 0) {
      throw new IllegalArgumentException("analysis-window must be at least 15m, was " + window);
    }
  }
}
