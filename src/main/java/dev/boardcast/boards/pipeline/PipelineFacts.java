package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.MetricFacts.Span;
import java.time.Instant;

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
  private static final MetricFacts RUNS = ALL_RUNS.during(PipelineFacts::window);

  // Of each source, those after its last success; neither may be ahead.
  private static final MetricFacts FAILURES =
      runs("""
              scrape_run AS r LEFT JOIN LATERAL (
                SELECT success FROM pipeline_slot s
                WHERE s.source = r.source AND s.begins <= now() AND s.success IS NOT NULL
                ORDER BY s.begins DESC LIMIT 1) AS g ON true""")
          .where("r.status = 'failure'")
          .where(
              "(r.at, r.id) > (coalesce(timestamptz 'epoch' + g.success[1]"
                  + " * interval '1 microsecond', '-infinity'), coalesce(g.success[2], 0))")
          .during(now -> Span.before(Window.next(now)))
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
          .during(PipelineFacts::window);

  private PipelineFacts() {}

  /** The facts of a metric. */
  static MetricFacts of(String metric) {
    boolean isBySource = metric.contains(".sources.*.");
    String name = metric.substring(metric.lastIndexOf('.') + 1);
    MetricFacts facts =
        switch (name) {
          case "success_rate" -> RUNS.percent("success");
          case "last_records" ->
              ALL_RUNS.during(now -> Span.before(Window.next(now))).last("records");
          case "consecutive_failures" -> FAILURES;
          case "freshness_seconds" ->
              ALL_RUNS
                  .during(now -> Span.before(Window.next(now)))
                  .other("the time from the end of the newest run to that of the snapshot");
          case "geocoding_success_rate" ->
              SAMPLES.ratio("geocoding_successes", "geocoding_attempts");
          case "validation_pass_rate" -> SAMPLES.ratio("validation_passes", "validation_attempts");
          case "geocoding_attempts", "validation_attempts" -> SAMPLES.summed(name);
          default -> RUNS;
        };
    if (!isBySource) return facts;
    return facts.groupedBy(metric.startsWith("scraping_health.") ? "r.source" : "source");
  }

  private static Span window(Instant now) {
    return Span.between(Window.at(now).begins(), Window.next(now));
  }

  private static MetricFacts runs(String relation) {
    return MetricFacts.of(relation, "r.at", Key.NUMBER, "r.id");
  }
}
