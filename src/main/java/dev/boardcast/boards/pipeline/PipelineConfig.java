package dev.boardcast.boards.pipeline;

import java.time.Duration;

/**
 * What counts as well, as worrying, as wrong.
 *
 * @param staleAfter time since a source's last run that is worrying; default 26 h, for daily runs
 * @param lostAfter time since a source's last run that is wrong; default 50 h
 * @param forgetAfter time without a word from a source after which it is no longer shown; default
 *     30 days
 * @param failingRuns failures in a row that are wrong; default 3. One is worrying
 * @param healthyPercent rates from here on are well; default 90
 * @param warningPercent rates from here on are worrying, lower ones wrong; default 75
 * @param anomalyDeviations robust deviations beyond which an hour is an anomaly; default 3
 * @param anomalyHours least hours of the past 7 days to compare an hour with; default 24
 */
public record PipelineConfig(
    Duration staleAfter,
    Duration lostAfter,
    Duration forgetAfter,
    int failingRuns,
    int healthyPercent,
    int warningPercent,
    int anomalyDeviations,
    int anomalyHours) {
  public static final PipelineConfig DEFAULTS = new PipelineConfig();

  /** The default values. */
  public PipelineConfig() {
    this(Duration.ofHours(26), Duration.ofHours(50), Duration.ofDays(30), 3, 90, 75, 3, 24);
  }

  public PipelineConfig {
    if (staleAfter.toMillis() < 1000) {
      throw new IllegalArgumentException(
          "pipeline-stale-after must be at least 1s, was " + staleAfter);
    }
    if (lostAfter.compareTo(staleAfter) < 0) {
      throw new IllegalArgumentException(
          "pipeline-lost-after must be at least pipeline-stale-after, was " + lostAfter);
    }
    // What is counted in the last 24 hours must also be shown.
    if (forgetAfter.compareTo(lostAfter) < 0 || forgetAfter.compareTo(Duration.ofHours(25)) < 0) {
      throw new IllegalArgumentException(
          "pipeline-forget-after must be at least 25h and pipeline-lost-after, was " + forgetAfter);
    }
    between("pipeline-failing-runs", failingRuns, 1, 1000);
    between("pipeline-healthy-percent", healthyPercent, 0, 100);
    between("pipeline-warning-percent", warningPercent, 0, healthyPercent);
    between("pipeline-anomaly-deviations", anomalyDeviations, 1, 100);
    between("pipeline-anomaly-hours", anomalyHours, 2, 168);
  }

  private static void between(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " must be " + least + " to " + most + ", was " + value);
    }
  }
}
