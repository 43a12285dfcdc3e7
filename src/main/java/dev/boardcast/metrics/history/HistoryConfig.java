package dev.boardcast.metrics.history;

import java.time.Duration;
import java.util.List;

/**
 * How closely and how long boards remember, in three tiers: each is exact at the multiples of its
 * step.
 *
 * @param fineStep default 5 s, at least 1 s
 * @param fineKeep default 1 h
 * @param mediumStep default 1 min
 * @param mediumKeep default 1 day
 * @param coarseStep default 1 h
 * @param coarseKeep default 365 days
 */
public record HistoryConfig(
    Duration fineStep,
    Duration fineKeep,
    Duration mediumStep,
    Duration mediumKeep,
    Duration coarseStep,
    Duration coarseKeep) {
  public static final HistoryConfig DEFAULTS =
      new HistoryConfig(
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          Duration.ofDays(1),
          Duration.ofHours(1),
          Duration.ofDays(365));

  public HistoryConfig {
    if (fineStep.toMillis() < 1000) {
      throw new IllegalArgumentException("history-fine-step must be at least 1s, was " + fineStep);
    }
    longer("history-medium-step", mediumStep, "history-fine-step", fineStep);
    longer("history-coarse-step", coarseStep, "history-medium-step", mediumStep);
    longer("history-fine-keep", fineKeep, "history-medium-step", mediumStep);
    longer("history-medium-keep", mediumKeep, "history-coarse-step", coarseStep);
    longer("history-coarse-keep", coarseKeep, "history-medium-keep", mediumKeep);
  }

  /** Finest first. */
  List<HistoryTier> tiers() {
    return List.of(
        new HistoryTier(1, fineStep, fineKeep),
        new HistoryTier(2, mediumStep, mediumKeep),
        new HistoryTier(3, coarseStep, coarseKeep));
  }

  private static void longer(String name, Duration value, String than, Duration other) {
    if (value.compareTo(other) <= 0) {
      throw new IllegalArgumentException(name + " must be more than " + than + ", was " + value);
    }
  }
}
