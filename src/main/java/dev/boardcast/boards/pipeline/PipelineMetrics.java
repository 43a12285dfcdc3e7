package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import java.util.List;

/** Descriptions of the metrics of {@link PipelineBoard}. */
final class PipelineMetrics {
  static final List<MetricDescription> ALL =
      List.of(
          gauge("scraping_health.runs", "Runs in 24 h", "count"),
          gauge("scraping_health.success_rate", "Successful runs in 24 h", "percent"),
          gauge("scraping_health.sources.*.runs", "Runs in 24 h by source", "count"),
          gauge(
              "scraping_health.sources.*.success_rate",
              "Successful runs in 24 h by source",
              "percent"),
          gauge("scraping_health.sources.*.last_records", "Records of the last run", "count"),
          gauge("scraping_health.sources.*.consecutive_failures", "Consecutive failures", "count"),
          gauge(
              "scraping_health.sources.*.freshness_seconds", "Time since the last run", "seconds"),
          gauge(
              "scraping_health.sources.*.records_per_run.last",
              "Records of the last success",
              "count"),
          gauge(
              "scraping_health.sources.*.records_per_run.fewest",
              "Fewest records in 24 h",
              "count"),
          gauge("scraping_health.sources.*.records_per_run.most", "Most records in 24 h", "count"),
          gauge(
              "scraping_health.sources.*.records_per_run.expected_fewest",
              "Fewest records expected",
              "count"),
          gauge(
              "scraping_health.sources.*.records_per_run.expected_most",
              "Most records expected",
              "count"),
          gauge("data_quality.checks.*.pass_rate", "Passed in 24 h by check", "percent"),
          gauge("data_quality.checks.*.attempts", "Checked in 24 h by check", "count"),
          gauge("data_quality.checks.*.passes", "Passes in 24 h by check", "count"),
          gauge("data_quality.geocoding_success_rate", "Geocoding success in 24 h", "percent"),
          gauge("data_quality.validation_pass_rate", "Validation passed in 24 h", "percent"),
          gauge("data_quality.geocoding_attempts", "Geocoding attempts in 24 h", "count"),
          gauge("data_quality.validation_attempts", "Validation attempts in 24 h", "count"),
          gauge(
              "data_quality.sources.*.geocoding_success_rate",
              "Geocoding success in 24 h by source",
              "percent"),
          gauge(
              "data_quality.sources.*.validation_pass_rate",
              "Validation passed in 24 h by source",
              "percent"),
          gauge(
              "data_quality.sources.*.geocoding_attempts",
              "Geocoding attempts in 24 h by source",
              "count"),
          gauge(
              "data_quality.sources.*.validation_attempts",
              "Validation attempts in 24 h by source",
              "count"),
          gauge(
              "data_quality.sources.*.checks.*.pass_rate",
              "Passed in 24 h by source and check",
              "percent"),
          gauge(
              "data_quality.sources.*.checks.*.attempts",
              "Checked in 24 h by source and check",
              "count"),
          gauge(
              "data_quality.sources.*.checks.*.passes",
              "Passes in 24 h by source and check",
              "count"));

  private PipelineMetrics() {}

  private static MetricDescription gauge(String path, String label, String unit) {
    return new MetricDescription(path, label, unit, Kind.GAUGE);
  }
}
