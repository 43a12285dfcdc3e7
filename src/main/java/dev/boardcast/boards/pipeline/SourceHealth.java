package dev.boardcast.boards.pipeline;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The state of one source, and its totals of the last 24 hours. Runs and samples ahead of the clock
 * are left out until their five minutes begin: they neither hide the last run nor end a series of
 * failures.
 *
 * @param runAt when its last run ended; null without a run, as {@code lastStatus}
 * @param lastRecords of the last run; null without a run, or if the run did not report it
 * @param successRecords of the last successful run; null without one
 * @param fewest records of a successful run in 24 hours; null without one, as {@code most}
 * @param failures failed runs since the last successful one
 * @param sampleAt the time of its last sample; null without a sample
 * @param succeeded successful runs of all runs in 24 hours
 * @param checks by name, in 24 hours; without the two of {@code geocoded} and {@code valid}
 */
record SourceHealth(
    String name,
    Instant runAt,
    RunStatus lastStatus,
    Long lastRecords,
    Long successRecords,
    Long fewest,
    Long most,
    long failures,
    Instant sampleAt,
    Ratio succeeded,
    Ratio geocoded,
    Ratio valid,
    Map<String, Ratio> checks) {
  private static final String SELECT =
      """
      SELECT s.source, r.run_at, r.status, r.records, r.success_records, coalesce(r.failures, 0) AS in_a_row,
             s.sample_at, w.fewest, w.most,
             coalesce(w.runs, 0) AS runs, coalesce(w.runs - w.failures, 0) AS successes,
             coalesce(w.geocoding_attempts, 0) AS geocoding_attempts,
             coalesce(w.geocoding_successes, 0) AS geocoding_successes,
             coalesce(w.validation_attempts, 0) AS validation_attempts,
             coalesce(w.validation_passes, 0) AS validation_passes
      FROM pipeline_source s LEFT JOIN LATERAL (
        SELECT s.run_at, s.status, s.records, s.success_records, s.failures WHERE s.run_at < $4
        UNION ALL
        SELECT timestamptz 'epoch' + l.last[1] * interval '1 microsecond',
               CASE l.last[3] WHEN 1 THEN 'success' ELSE 'failure' END, l.last[4],
               g.success[3],
               (SELECT count(*) FROM scrape_run f
                WHERE f.source = s.source AND f.status = 'failure' AND f.at < $4
                  AND (f.at, f.id) > (coalesce(timestamptz 'epoch'
                    + g.success[1] * interval '1 microsecond', '-infinity'),
                    coalesce(g.success[2], 0)))
        FROM (SELECT last FROM pipeline_slot
              WHERE source = s.source AND begins < $4 AND last IS NOT NULL
              ORDER BY begins DESC LIMIT 1) AS l
          LEFT JOIN (SELECT success FROM pipeline_slot
              WHERE source = s.source AND begins < $4 AND success IS NOT NULL
              ORDER BY begins DESC LIMIT 1) AS g ON true
        WHERE s.run_at >= $4
      ) AS r ON true LEFT JOIN (
        SELECT source, sum(runs)::bigint AS runs, sum(failures)::bigint AS failures,
               min(fewest) AS fewest, max(most) AS most,
               sum(geocoding_attempts)::bigint AS geocoding_attempts,
               sum(geocoding_successes)::bigint AS geocoding_successes,
               sum(validation_attempts)::bigint AS validation_attempts,
               sum(validation_passes)::bigint AS validation_passes
        FROM (
          SELECT source, runs, failures, fewest, most, geocoding_attempts, geocoding_successes,
                 validation_attempts, validation_passes
          FROM pipeline_slot WHERE begins >= $1 AND begins < $2 OR begins >= $5 AND begins < $4
          UNION ALL
          SELECT source, runs, failures, fewest, most, geocoding_attempts, geocoding_successes,
                 validation_attempts, validation_passes
          FROM data_quality_metrics WHERE hour >= $2 AND hour < $5
        ) AS part GROUP BY source
      ) AS w USING (source)
      WHERE greatest(s.run_at, s.sample_at) > $3
      ORDER BY s.source""";

  /** Reads the sources that have reported within the configured time, by name. */
  static Future<List<SourceHealth>> read(
      SqlClient transaction, Instant now, PipelineConfig config) {
    var window = Window.at(now);
    var checks = NamedChecks.at(transaction, now, config);
    var rows =
        transaction
            .preparedQuery(SELECT)
            .execute(
                Tuple.of(
                    window.begins().atOffset(ZoneOffset.UTC),
                    window.hours().atOffset(ZoneOffset.UTC),
                    now.minus(config.forgetAfter()).atOffset(ZoneOffset.UTC),
                    Window.next(now).atOffset(ZoneOffset.UTC),
                    now.truncatedTo(ChronoUnit.HOURS).atOffset(ZoneOffset.UTC)));
    return Future.all(rows, checks)
        .map(
            read -> {
              var sources = new ArrayList<SourceHealth>(rows.result().size());
              for (Row row : rows.result()) sources.add(of(row, checks.result()));
              return sources;
            });
  }

  boolean hasRun() {
    return runAt != null;
  }

  boolean wasSampled() {
    return sampleAt != null;
  }

  /** The time since its last run; zero if that is in the present five minutes and ahead. */
  Duration freshness(Instant now) {
    return runAt.isAfter(now) ? Duration.ZERO : Duration.between(runAt, now);
  }

  /** Its health by runs alone, without quality. */
  HealthStatus health(Instant now, PipelineConfig config) {
    if (!hasRun()) return HealthStatus.PENDING;
    Duration freshness = freshness(now);
    if (failures >= config.failingRuns() || freshness.compareTo(config.lostAfter()) >= 0) {
      return HealthStatus.ERROR;
    }
    boolean isWarning = failures > 0 || freshness.compareTo(config.staleAfter()) >= 0;
    return isWarning ? HealthStatus.WARNING : HealthStatus.HEALTHY;
  }

  private static SourceHealth of(Row row, NamedChecks checks) {
    String status = row.getString("status");
    return new SourceHealth(
        row.getString("source"),
        time(row, "run_at"),
        status == null ? null : RunStatus.of(status),
        row.getLong("records"),
        row.getLong("success_records"),
        row.getLong("fewest"),
        row.getLong("most"),
        row.getLong("in_a_row"),
        time(row, "sample_at"),
        rate(row, "successes", "runs"),
        rate(row, "geocoding_successes", "geocoding_attempts"),
        rate(row, "validation_passes", "validation_attempts"),
        checks.of(row.getString("source")));
  }

  private static Ratio rate(Row row, String part, String whole) {
    return new Ratio(row.getLong(part), row.getLong(whole));
  }

  private static Instant time(Row row, String column) {
    var time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
