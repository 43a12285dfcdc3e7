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

  private static final MetricFacts CHECKS =
      MetricFacts.of(
              """
              (SELECT q.id, q.at, q.source, q.event_id, c.name, c.attempts, c.passes
               FROM quality_sample q CROSS JOIN LATERAL (
                 VALUES ('geocoding', q.geocoding_attempts, q.geocoding_successes),
                        ('validation', q.validation_attempts, q.validation_passes)
                 UNION ALL
                 SELECT name, attempts, passes FROM jsonb_to_recordset(q.checks::jsonb)
                   AS j (name text, attempts bigint, passes bigint)
               ) AS c (name, attempts, passes) WHERE c.attempts > 0) AS made""",
              "at",
              Key.TEXT,
              "id || ' ' || name")
          .time("at", "at")
          .column("source", "source")
          .column("check", "name")
          .column("attempts", "attempts")
          .column("passes", "passes")
          .column("event_id", "event_id")
          .during(PipelineFacts::window);

  private PipelineFacts() {}

  /** The facts of a metric. */
  static MetricFacts of(String metric) {
    if (metric.contains(".checks.")) return ofChecks(metric);
    boolean isBySource = metric.contains(".sources.*.");
    String name = metric.substring(metric.lastIndexOf('.') + 1);
    if (metric.contains(".records_per_run.")) return ofRecords(name).groupedBy("r.source");
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

  private static MetricFacts ofChecks(String metric) {
    MetricFacts checks =
        CHECKS.groupedBy(metric.contains(".sources.") ? "source || ' ' || name" : "name");
    return metric.endsWith(".pass_rate")
        ? checks.ratio("passes", "attempts")
        : checks.summed(metric.substring(metric.lastIndexOf('.') + 1));
  }

  private static MetricFacts ofRecords(String name) {
    MetricFacts succeeded = ALL_RUNS.where("r.status = 'success'");
    return switch (name) {
      case "last" -> succeeded.during(now -> Span.before(Window.next(now))).last("records");
      case "fewest" -> succeeded.during(PipelineFacts::window).other("the lowest of records");
      case "most" -> succeeded.during(PipelineFacts::window).other("the highest of records");
      default ->
          MetricFacts.none("it is configured, or computed from the hours before the latest one");
    };
  }

  private static Span window(Instant now) {
    return Span.between(Window.at(now).begins(), Window.next(now));
  }

  private static MetricFacts runs(String relation) {
    return MetricFacts.of(relation, "r.at", Key.NUMBER, "r.id");
  }
}
