package dev.boardcast.boards.pipeline;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The totals of checks by source and name, without the two that have columns. */
record NamedChecks(Map<String, Map<String, Ratio>> bySource) {
  private static final String NOW =
      """
      SELECT w.source, w.name, sum(w.attempts)::bigint AS attempts, sum(w.passes)::bigint AS passes
      FROM pipeline_source s
        CROSS JOIN LATERAL (
          SELECT name FROM pipeline_check_source c
          WHERE c.source = s.source AND c.sample_at > $3 ORDER BY name LIMIT %d) AS n
        JOIN (
          SELECT source, name, attempts, passes FROM pipeline_check
          WHERE span = 'slot' AND (begins >= $1 AND begins < $2 OR begins >= $5 AND begins < $4)
          UNION ALL
          SELECT source, name, attempts, passes FROM pipeline_check
          WHERE span = 'hour' AND begins >= $2 AND begins < $5
        ) AS w ON w.source = s.source AND w.name = n.name
      GROUP BY 1, 2 HAVING sum(w.attempts) > 0"""
          .formatted(QualityCheck.SHOWN);
  private static final String WITHIN =
      """
      SELECT source, name, attempts, passes
      FROM (SELECT source, name, sum(attempts)::bigint AS attempts, sum(passes)::bigint AS passes,
                   row_number() OVER (PARTITION BY source ORDER BY name) AS place
            FROM pipeline_check WHERE span = 'hour' AND begins >= $1 AND begins < $2
            GROUP BY 1, 2 HAVING sum(attempts) > 0) AS c
      WHERE place <= %d"""
          .formatted(QualityCheck.SHOWN);

  /** Reads those of the last 24 hours. */
  static Future<NamedChecks> at(SqlClient transaction, Instant now, PipelineConfig config) {
    var window = Window.at(now);
    return transaction
        .preparedQuery(NOW)
        .execute(
            Tuple.of(
                window.begins().atOffset(ZoneOffset.UTC),
                window.hours().atOffset(ZoneOffset.UTC),
                now.minus(config.forgetAfter()).atOffset(ZoneOffset.UTC),
                Window.next(now).atOffset(ZoneOffset.UTC),
                now.truncatedTo(ChronoUnit.HOURS).atOffset(ZoneOffset.UTC)))
        .map(NamedChecks::of);
  }

  /** Reads those of full hours. */
  static Future<NamedChecks> within(SqlClient client, Instant from, Instant to) {
    return client
        .preparedQuery(WITHIN)
        .execute(Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)))
        .map(NamedChecks::of);
  }

  Map<String, Ratio> of(String source) {
    return bySource.getOrDefault(source, Map.of());
  }

  /** The sums by name, of the first names. */
  static Map<String, Ratio> sum(Stream<Map<String, Ratio>> all) {
    var sums = new TreeMap<String, Ratio>();
    all.forEach(
        each ->
            each.forEach(
                (name, ratio) ->
                    sums.merge(name, ratio, (one, two) -> Ratio.sum(Stream.of(one, two)))));
    while (sums.size() > QualityCheck.SHOWN) sums.pollLastEntry();
    return sums;
  }

  private static NamedChecks of(RowSet<Row> rows) {
    var bySource = new HashMap<String, Map<String, Ratio>>();
    for (Row row : rows) {
      bySource
          .computeIfAbsent(row.getString("source"), first -> new TreeMap<>())
          .put(row.getString("name"), new Ratio(row.getLong("passes"), row.getLong("attempts")));
    }
    return new NamedChecks(bySource);
  }
}
