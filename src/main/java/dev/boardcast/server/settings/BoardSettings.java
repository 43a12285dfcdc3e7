package dev.boardcast.server.settings;

import dev.boardcast.boards.analysis.AnalysisConfig;
import dev.boardcast.boards.pipeline.PipelineConfig;
import dev.boardcast.boards.platform.PlatformConfig;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

/** Settings of the boards that come with Boardcast. */
public final class BoardSettings {
  private static final AnalysisConfig ANALYSIS = AnalysisConfig.DEFAULTS;
  private static final PlatformConfig PLATFORM = PlatformConfig.DEFAULTS;
  private static final PipelineConfig PIPELINE = PipelineConfig.DEFAULTS;

  static final Setting<Duration> WINDOW =
      Setting.time("analysis-window", ANALYSIS.window(), "How far back messages count");
  static final Setting<ZoneId> ZONE =
      Setting.of(
          "platform-zone",
          "UTC",
          "a time zone such as UTC or Europe/Berlin",
          "Where days, weeks and months of revenue begin",
          SettingParsers::zone);
  static final Setting<String> CURRENCY =
      Setting.of(
          "platform-currency",
          PLATFORM.currency(),
          "three capital letters",
          "Currency of all amounts; others are refused",
          SettingParsers::currency);
  static final Setting<Duration> STALE_AFTER =
      Setting.time(
          "pipeline-stale-after", PIPELINE.staleAfter(), "Time without a run that is worrying");
  static final Setting<Duration> LOST_AFTER =
      Setting.time("pipeline-lost-after", PIPELINE.lostAfter(), "Time without a run that is wrong");
  static final Setting<Duration> FORGET_AFTER =
      Setting.time(
          "pipeline-forget-after",
          PIPELINE.forgetAfter(),
          "Time without a word after which a source is not shown");
  static final Setting<Integer> FAILING_RUNS =
      Setting.count(
          "pipeline-failing-runs", PIPELINE.failingRuns(), "Failures in a row that are wrong");
  static final Setting<Integer> HEALTHY_PERCENT =
      Setting.count(
          "pipeline-healthy-percent", PIPELINE.healthyPercent(), "Rates from here on are well");
  static final Setting<Integer> WARNING_PERCENT =
      Setting.count(
          "pipeline-warning-percent",
          PIPELINE.warningPercent(),
          "Rates from here on are worrying, lower ones wrong");
  static final Setting<Integer> ANOMALY_DEVIATIONS =
      Setting.count(
          "pipeline-anomaly-deviations",
          PIPELINE.anomalyDeviations(),
          "Robust deviations beyond which an hour is an anomaly");
  static final Setting<Integer> ANOMALY_HOURS =
      Setting.count(
          "pipeline-anomaly-hours",
          PIPELINE.anomalyHours(),
          "Least hours of the past 7 days to compare an hour with");

  static final List<Setting<?>> ALL =
      List.of(
          WINDOW,
          ZONE,
          CURRENCY,
          STALE_AFTER,
          LOST_AFTER,
          FORGET_AFTER,
          FAILING_RUNS,
          HEALTHY_PERCENT,
          WARNING_PERCENT,
          ANOMALY_DEVIATIONS,
          ANOMALY_HOURS);

  private BoardSettings() {}

  /** The configuration records of the boards. */
  static List<Record> records(EffectiveSettings values) {
    return List.of(
        new AnalysisConfig(values.get(WINDOW)),
        new PlatformConfig(values.get(ZONE), values.get(CURRENCY)),
        new PipelineConfig(
            values.get(STALE_AFTER),
            values.get(LOST_AFTER),
            values.get(FORGET_AFTER),
            values.get(FAILING_RUNS),
            values.get(HEALTHY_PERCENT),
            values.get(WARNING_PERCENT),
            values.get(ANOMALY_DEVIATIONS),
            values.get(ANOMALY_HOURS)));
  }
}
