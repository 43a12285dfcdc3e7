package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.util.Map;

/** From which values on a source is healthy, degraded or failing. */
@SettingGroup("Pipeline board")
public record PipelineConfig(
    @Setting(
            key = "pipeline-stale-after",
            defaultValue = "26h", // for daily runs
            min = "1s",
            description = "Time since a source's last run from which on it is a warning.")
        Duration staleAfter,
    @Setting(
            key = "pipeline-lost-after",
            defaultValue = "50h",
            description = "Time since a source's last run from which on it is an error.")
        Duration lostAfter,
    @Setting(
            key = "pipeline-forget-after",
            defaultValue = "30d",
            min = "25h", // what is counted in the last 24 hours must also be shown
            description = "Time since a source's last report after which it is no longer shown.")
        Duration forgetAfter,
    @Setting(
            key = "pipeline-failing-runs",
            defaultValue = "3",
            min = "1",
            max = "1000",
            unit = "runs",
            description = "Failures in a row that are an error; one is a warning.")
        int failingRuns,
    @Setting(
            key = "pipeline-healthy-percent",
            defaultValue = "90",
            min = "0",
            max = "100",
            unit = "percent",
            description = "Rates from here on are healthy.")
        int healthyPercent,
    @Setting(
            key = "pipeline-warning-percent",
            defaultValue = "75",
            min = "0",
            max = "100",
            unit = "percent",
            description = "Rates from here on are a warning, lower ones an error.")
        int warningPercent,
    @Setting(
            key = "pipeline-anomaly-deviations",
            defaultValue = "3",
            min = "1",
            max = "100",
            unit = "deviations",
            description = "Robust deviations beyond which an hour is an anomaly.")
        int anomalyDeviations,
    @Setting(
            key = "pipeline-anomaly-hours",
            defaultValue = "24",
            min = "2",
            max = "168",
            unit = "hours",
            description = "Fewest hours of the past 7 days to compare an hour with.")
        int anomalyHours,
    @Setting(
            key = "pipeline-schedules",
            defaultValue = "",
            description =
                "How often a source is expected to run, such as prices=1h,geo=1d: beyond it the"
                    + " source is late, beyond twice of it overdue.")
        Map<String, Duration> schedules,
    @Setting(
            key = "pipeline-records",
            defaultValue = "",
            expected = "<source>=<fewest>..<most> such as prices=100..500, separated by commas",
            description =
                "How many records a successful run of a source is expected to have, by default as"
                    + " many as in the hours before. A run outside of it raises an alert.")
        Map<String, RecordBand> records) {

  public PipelineConfig {
    schedules = Map.copyOf(schedules);
    records = Map.copyOf(records);
    for (Duration each : schedules.values()) {
      if (each.compareTo(Duration.ofMinutes(1)) < 0 || each.compareTo(Duration.ofDays(366)) > 0) {
        throw new InvalidSettingException("pipeline-schedules", "times from 1m to 366d");
      }
      // Else the source would be forgotten before it is overdue.
      if (each.multipliedBy(2).compareTo(forgetAfter) >= 0) {
        throw new InvalidSettingException(
            "pipeline-schedules", "times below half of pipeline-forget-after");
      }
    }
    if (lostAfter.compareTo(staleAfter) < 0) {
      throw new InvalidSettingException("pipeline-lost-after", "at least pipeline-stale-after");
    }
    if (forgetAfter.compareTo(lostAfter) < 0) {
      throw new InvalidSettingException("pipeline-forget-after", "at least pipeline-lost-after");
    }
    if (warningPercent > healthyPercent) {
      throw new InvalidSettingException(
          "pipeline-warning-percent", "at most pipeline-healthy-percent");
    }
  }
}
