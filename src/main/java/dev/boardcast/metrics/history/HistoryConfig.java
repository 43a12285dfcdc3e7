package dev.boardcast.metrics.history;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.util.List;

/** Resolution and age of the stored history, in three tiers: each exact at its steps' multiples. */
@SettingGroup("Metric history")
public record HistoryConfig(
    @Setting(
            key = "history-fine-step",
            defaultValue = "5s",
            min = "1s",
            description = "Resolution of the newest history.")
        Duration fineStep,
    @Setting(
            key = "history-fine-keep",
            defaultValue = "1h",
            description = "How long the finest resolution is kept.")
        Duration fineKeep,
    @Setting(
            key = "history-medium-step",
            defaultValue = "1m",
            description = "Resolution of the history after that.")
        Duration mediumStep,
    @Setting(
            key = "history-medium-keep",
            defaultValue = "24h",
            description = "How long the medium resolution is kept.")
        Duration mediumKeep,
    @Setting(
            key = "history-coarse-step",
            defaultValue = "1h",
            description = "Resolution of the oldest history.")
        Duration coarseStep,
    @Setting(
            key = "history-coarse-keep",
            defaultValue = "365d",
            description = "How long any history is kept.")
        Duration coarseKeep) {
  public static final HistoryConfig DEFAULTS = Settings.defaults(HistoryConfig.class);

  public HistoryConfig {
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

  private static void longer(String key, Duration value, String than, Duration other) {
    if (value.compareTo(other) <= 0) throw new InvalidSettingException(key, "more than " + than);
  }
}
