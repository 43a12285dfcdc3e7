package dev.boardcast.server.settings;

import dev.boardcast.metrics.history.HistoryConfig;
import java.time.Duration;
import java.util.List;

/** Settings of {@link HistoryConfig}. */
final class HistorySettings {
  private static final HistoryConfig DEFAULTS = HistoryConfig.DEFAULTS;

  static final Setting<Duration> FINE_STEP =
      Setting.time(
          "history-fine-step", DEFAULTS.fineStep(), "How closely the latest is remembered");
  static final Setting<Duration> FINE_KEEP =
      Setting.time("history-fine-keep", DEFAULTS.fineKeep(), "How long it is, so closely");
  static final Setting<Duration> MEDIUM_STEP =
      Setting.time("history-medium-step", DEFAULTS.mediumStep(), "How closely what is older is");
  static final Setting<Duration> MEDIUM_KEEP =
      Setting.time("history-medium-keep", DEFAULTS.mediumKeep(), "How long it is, so closely");
  static final Setting<Duration> COARSE_STEP =
      Setting.time("history-coarse-step", DEFAULTS.coarseStep(), "How closely the oldest is");
  static final Setting<Duration> COARSE_KEEP =
      Setting.time("history-coarse-keep", DEFAULTS.coarseKeep(), "How long anything is remembered");

  static final List<Setting<?>> ALL =
      List.of(FINE_STEP, FINE_KEEP, MEDIUM_STEP, MEDIUM_KEEP, COARSE_STEP, COARSE_KEEP);

  private HistorySettings() {}

  static HistoryConfig config(EffectiveSettings values) {
    return values.build(
        () ->
            new HistoryConfig(
                values.get(FINE_STEP),
                values.get(FINE_KEEP),
                values.get(MEDIUM_STEP),
                values.get(MEDIUM_KEEP),
                values.get(COARSE_STEP),
                values.get(COARSE_KEEP)));
  }
}
