package dev.boardcast.boards.pipeline;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;

/** The expected content of the rollups, by plain queries over all facts. */
final class PlainSql {
  private static final String FACTS =
      """
      SELECT at, source, 1 AS runs, (status = 'failure')::int AS failures,
             CASE status WHEN 'success' THEN records ELSE 0 END AS records,
             0 AS tries, 0 AS located, 0 AS checks, 0 AS passes,
             CASE status WHEN 'success' THEN records END AS good
      FROM scrape_run
      UNION ALL
      SELECT at, source, 0, 0, 0, geocoding_attempts, geocoding_successes,
             validation_attempts, validation_passes, NULL
      FROM quality_sample""";
  private static final String MADE =
      """
      SELECT source, at, c->>'name' AS name, (c->>'attempts')::bigint AS attempts,
             (c->>'passes')::bigint AS passes
      FROM quality_sample, jsonb_array_elements(checks::jsonb) AS c""";
  private static final String CHECKS =
      """
      WITH made AS (%s)
      SELECT 'hour', date_trunc('hour', at, 'UTC'), source, name, sum(attempts), sum(passes)
      FROM made GROUP BY 2, 3, 4
      UNION ALL
      SELECT 'slot', to_timestamp(floor(extract(epoch FROM at) / 300) * 300), source, name,
             sum(attempts), sum(passes)
      FROM made GROUP BY 2, 3, 4"""
          .formatted(MADE);
  private static final String CHECK_SOURCES =
      "SELECT source, name, max(at) FROM (%s) AS made GROUP BY 1, 2".formatted(MADE);
  private static final String HOURS =
      """
      SELECT date_trunc('hour', at, 'UTC') AS hour, source, sum(runs) AS runs,
             sum(failures) AS failures, sum(records) AS records, sum(tries) AS tries,
             sum(located) AS located, sum(checks) AS checks, sum(passes) AS passes,
             min(good) AS fewest, max(good) AS most
      FROM (%s) f GROUP BY 1, 2"""
          .formatted(FACTS);
  private static final String SLOTS =
      """
      WITH run AS (
        SELECT *, floor(extract(epoch FROM at) / 300) AS slot,
               (extract(epoch FROM at) * 1000000)::bigint AS micros
        FROM scrape_run
      ), last AS (
        SELECT DISTINCT ON (source, slot) source, slot,
               ARRAY[micros, id, CASE status WHEN 'success' THEN 1 ELSE 0 END, records] AS last
        FROM run ORDER BY source, slot, at DESC, id DESC
      ), good AS (
        SELECT DISTINCT ON (source, slot) source, slot, ARRAY[micros, id, records] AS success
        FROM run WHERE status = 'success' ORDER BY source, slot, at DESC, id DESC
      )
      SELECT to_timestamp(slot * 300), source, runs, failures, tries, located, checks, passes,
             last, success, fewest, most
      FROM (SELECT floor(extract(epoch FROM at) / 300) AS slot, source, sum(runs) AS runs,
                   sum(failures) AS failures, sum(tries) AS tries, sum(located) AS located,
                   sum(checks) AS checks, sum(passes) AS passes, min(good) AS fewest,
                   max(good) AS most
            FROM (%s) f GROUP BY 1, 2) AS sums
        LEFT JOIN last USING (source, slot) LEFT JOIN good USING (source, slot)"""
          .formatted(FACTS);
  private static final String SOURCES =
      """
      SELECT s.source, last.at, last.id, last.status, last.records, good.at,
             good.id,
             (SELECT count(*) FROM scrape_run r WHERE r.source = s.source
                AND (good.id IS NULL OR (r.at, r.id) > (good.at, good.id))),
             (SELECT max(at) FROM quality_sample q WHERE q.source = s.source), good.records
      FROM (SELECT source FROM scrape_run UNION SELECT source FROM quality_sample) s
        LEFT JOIN LATERAL (SELECT * FROM scrape_run r WHERE r.source = s.source
                           ORDER BY at DESC, id DESC LIMIT 1) last ON true
        LEFT JOIN LATERAL (SELECT * FROM scrape_run r
                           WHERE r.source = s.source AND status = 'success'
                           ORDER BY at DESC, id DESC LIMIT 1) good ON true""";
  // The median by counting, the deviations row by row.
  private static final String DEVIATIONS =
      """
      WITH hour AS (%s), value AS (
        SELECT source, hour, metric, value, n, max(hour) OVER (PARTITION BY source) AS newest
        FROM hour, LATERAL (VALUES
          ('records', records / nullif(runs - failures, 0), runs - failures),
          ('success_rate', 100.0 * (runs - failures) / nullif(runs, 0), runs),
          ('geocoding_success_rate', 100.0 * located / nullif(tries, 0), tries),
          ('validation_pass_rate', 100.0 * passes / nullif(checks, 0), checks)
        ) v (metric, value, n)
        UNION ALL
        SELECT h.source, h.hour, 'check.' || m.name, 100.0 * m.passes / nullif(m.attempts, 0),
               m.attempts, h.newest
        FROM (SELECT *, max(hour) OVER (PARTITION BY source) AS newest FROM hour) h
          JOIN (SELECT source, date_trunc('hour', at, 'UTC') AS hour, name,
                       sum(attempts) AS attempts, sum(passes) AS passes
                FROM (%s) made GROUP BY 1, 2, 3) m USING (source, hour)
      ), recent AS (
        SELECT * FROM value WHERE n > 0 AND hour > newest - interval '50 hours'
      ), past AS (
        SELECT l.source, l.metric, l.hour, array_agg(v.value ORDER BY v.value) AS list
        FROM recent l JOIN value v USING (source, metric)
        WHERE v.n > 0 AND v.hour < l.hour AND v.hour >= l.hour - interval '7 days'
        GROUP BY 1, 2, 3
      ), middle AS (
        SELECT *, (past.list[(cardinality(past.list) + 1) / 2]
                   + past.list[(cardinality(past.list) + 2) / 2]) / 2 AS median
        FROM past
      ), apart AS (
        SELECT source, metric, hour, median, cardinality(middle.list) AS hours,
               ARRAY (SELECT abs(x - median) FROM unnest(middle.list) x ORDER BY 1) AS far
        FROM middle
      )
      SELECT source, metric, hour, round(l.value, 6), l.n, coalesce(hours, 0), round(median, 6),
             round((far[(hours + 1) / 2] + far[(hours + 2) / 2]) / 2, 6)
      FROM recent l LEFT JOIN apart USING (source, metric, hour)"""
          .formatted(HOURS, MADE);

  private static final List<String> DIFFERENCES =
      List.of(
          difference("SELECT * FROM data_quality_metrics", HOURS),
          difference("SELECT * FROM pipeline_slot", SLOTS),
          difference("SELECT * FROM pipeline_source", SOURCES),
          difference("SELECT * FROM pipeline_check", CHECKS),
          difference("SELECT * FROM pipeline_check_source", CHECK_SOURCES),
          difference(
              """
              SELECT source, metric, hour, round(value::numeric, 6), attempts, hours,
                     round(median::numeric, 6), round(mad::numeric, 6)
              FROM pipeline_deviation""",
              DEVIATIONS));

  private PlainSql() {}

  /** Fails when, in this transaction, a rollup differs from the facts. */
  static Future<?> check(SqlClient transaction) {
    return Future.all(DIFFERENCES.stream().map(sql -> check(transaction, sql)).toList());
  }

  private static Future<Void> check(SqlClient transaction, String sql) {
    return transaction
        .query(sql)
        .execute()
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new AssertionError(
                            "differs: " + rows.iterator().next().toJson() + " in " + sql)));
  }

  private static String difference(String rollup, String facts) {
    return "WITH r AS (%s), f AS (%s) ".formatted(rollup, facts)
        + "(SELECT 'rollup', * FROM (TABLE r EXCEPT TABLE f) x)"
        + " UNION ALL (SELECT 'facts', * FROM (TABLE f EXCEPT TABLE r) y)";
  }
}
