package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.MetricFacts.Span;

/** The runs and samples behind each metric of {@link PipelineBoard}. */
final class PipelineFacts {
  private static final MetricFacts ALL_RUNS =
      runs("scrape_run AS r")
          .time("finished_at", "r.at")
          .time("started_at", "r.started_at")
          .column("source", "r.source")
          .column("status", "r.status")
          .column("success", "r.status = 'success'")
          .column("records", "r.records")
          .column("error", "r.error")
          .column("event_id", "r.event_id");
  private static final MetricFacts RUNS =
      ALL_RUNS.during(now -> Span.since(Window.at(now).begins()));

  // Of each source, those after its last success.
  private static final MetricFacts FAILURES =
      runs("scrape_run AS r JOIN pipeline_source AS s ON s.source = r.source")
          .where("r.status = 'failure'")
          .where("(r.at, r.id) > (coalesce(s.success_at, '-infinity'), coalesce(s.success_id, 0))")
          .time("finished_at", "r.at")
          .time("started_at", "r.started_at")
          .column("source", "r.source")
          .column("error", "r.error")
          .column("event_id", "r.event_id");
  private static final MetricFacts SAMPLES =
      MetricFacts.of("quality_sample", "at", Key.NUMBER, "id")
          .time("at", "at")
          .column("source", "source")
          .column("geocoding_attempts", "geocoding_attempts")
          .column("geocoding_successes", "geocoding_successes")
          .column("validation_attempts", "validation_attempts")
          .column("validation_passes", "validation_passes")
          .column("event_id", "event_id")
          .during(now -> Span.since(Window.at(now).begins()));

  private PipelineFacts() {}

  /** The facts of a metric. */
  static MetricFacts of(String metric) {
    boolean isBySource = metric.contains(".sources.*.");
    String name = metric.substring(metric.lastIndexOf('.') + 1);
    MetricFacts facts =
        switch (name) {
          case "success_rate" -> RUNS.percent("success");
          case "last_records" -> ALL_RUNS.last("records");
          case "consecutive_failures" -> FAILURES;
          case "freshness_seconds" ->
              ALL_RUNS.other("the time from the end of the newest run to that of the snapshot");
          case "geocoding_success_rate" ->
              SAMPLES.ratio("geocoding_successes", "geocoding_attempts");
          case "validation_pass_rate" -> SAMPLES.ratio("validation_passes", "validation_attempts");
          case "geocoding_attempts", "validation_attempts" -> SAMPLES.summed(name);
          default -> RUNS;
        };
    if (!isBySource) return facts;
    return facts.groupedBy(metric.startsWith("scraping_health.") ? "r.source" : "source");
  }

  private static MetricFacts runs(String relation) {
    return MetricFacts.of(relation, "r.at", Key.NUMBER, "r.id");
  }
}
