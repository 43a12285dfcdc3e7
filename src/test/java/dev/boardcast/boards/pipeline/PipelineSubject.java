package dev.boardcast.boards.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.events.Outbox;
import dev.boardcast.metrics.FoldSubject;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Runs and samples of four sources, with thresholds that raise alerts early. */
public final class PipelineSubject implements FoldSubject {
  private static final String RUN =
      """
      INSERT INTO scrape_run (event_id, source, status, records, started_at, at)
      VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""";
  private static final String SAMPLE =
      """
      INSERT INTO quality_sample
        (event_id, source, geocoding_attempts, geocoding_successes, validation_attempts,
         validation_passes, at, checks)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""";
  // Each alert has one event when it is raised and one when it is cleared, and is stored between
  // the two.
  private static final String WRONG_ALERTS =
      """
      SELECT * FROM (
        SELECT id, count(*) FILTER (WHERE type = 'alert_raised') AS raised,
               count(*) FILTER (WHERE type = 'alert_cleared') AS cleared,
               bool_or(type = 'book') AS is_up
        FROM (SELECT data->>'id' AS id, type FROM outbox
              WHERE 'alerts' = ANY (streams)
              UNION ALL SELECT id::text, 'book' FROM pipeline_alert) told
        GROUP BY id) alert
      WHERE raised <> 1 OR cleared <> CASE WHEN is_up THEN 0 ELSE 1 END""";
  // What the snapshot has of the last 24 hours and of the last success, by plain queries.
  private static final String NOW =
      """
      WITH r AS (SELECT * FROM scrape_run WHERE status = 'success' AND at < '%2$s'),
        c AS (SELECT q.source, j.* FROM quality_sample q, jsonb_to_recordset(checks::jsonb)
                AS j (name text, attempts bigint, passes bigint)
              WHERE at >= '%1$s' AND at < '%2$s'),
        shown AS (SELECT source FROM (SELECT source, at FROM scrape_run
                    UNION ALL SELECT source, at FROM quality_sample) f
                  GROUP BY source HAVING max(at) > '%2$s'::timestamptz - interval '47 hours')
      SELECT '/data_quality/sources/' || source || '/checks/' || name || '/passes' AS at,
             sum(passes)::text AS expected
      FROM c JOIN shown USING (source) GROUP BY source, name HAVING sum(attempts) > 0
      UNION ALL
      SELECT '/scraping_health/sources/' || source || '/records_per_run/last',
             (array_agg(records ORDER BY at DESC, id DESC))[1]::text
      FROM r JOIN shown USING (source) GROUP BY source
      UNION ALL
      SELECT '/scraping_health/sources/' || source || '/records_per_run/fewest',
             min(records)::text
      FROM r JOIN shown USING (source) WHERE at >= '%1$s' GROUP BY source
      UNION ALL
      SELECT '/scraping_health/sources/' || source || '/records_per_run/most', max(records)::text
      FROM r JOIN shown USING (source) WHERE at >= '%1$s' GROUP BY source""";
  private static final PipelineConfig TOUCHY =
      Settings.of(
          PipelineConfig.class,
          "pipeline-stale-after=2h",
          "pipeline-lost-after=8h",
          "pipeline-forget-after=2d",
          "pipeline-failing-runs=2",
          "pipeline-anomaly-deviations=1",
          "pipeline-anomaly-hours=2");

  private static final String RANGE =
      """
      WITH r AS (SELECT * FROM scrape_run WHERE at >= $1 AND at < $2),
        q AS (SELECT * FROM quality_sample WHERE at >= $1 AND at < $2),
        c AS (SELECT q.source, j.* FROM q, jsonb_to_recordset(checks::jsonb)
                AS j (name text, attempts numeric, passes numeric))
      SELECT '/scraping_health/runs', count(*)::numeric FROM r
      UNION ALL SELECT '/scraping_health/success_rate',
                  round(100.0 * count(*) FILTER (WHERE status = 'success') / nullif(count(*), 0), 4)
                FROM r
      UNION ALL SELECT '/scraping_health/records', coalesce(sum(records), 0) FROM r
                WHERE status = 'success'
      UNION ALL SELECT '/scraping_health/sources/' || source || '/runs', count(*) FROM r
                GROUP BY source
      UNION ALL SELECT '/scraping_health/sources/' || source || '/records',
                  coalesce(sum(records) FILTER (WHERE status = 'success'), 0) FROM r GROUP BY source
      UNION ALL SELECT '/scraping_health/sources/' || source || '/records_per_run/fewest',
                  min(records) FILTER (WHERE status = 'success') FROM r GROUP BY source
      UNION ALL SELECT '/scraping_health/sources/' || source || '/records_per_run/most',
                  max(records) FILTER (WHERE status = 'success') FROM r GROUP BY source
      UNION ALL SELECT '/data_quality/checks/' || name || '/passes', sum(passes) FROM c
                GROUP BY name HAVING sum(attempts) > 0
      UNION ALL SELECT '/data_quality/sources/' || source || '/checks/' || name || '/pass_rate',
                  round(100.0 * sum(passes) / sum(attempts), 4) FROM c
                GROUP BY source, name HAVING sum(attempts) > 0
      UNION ALL SELECT '/data_quality/geocoding_attempts', coalesce(sum(geocoding_attempts), 0)
                FROM q
      UNION ALL SELECT '/data_quality/geocoding_success_rate',
                  round(100.0 * sum(geocoding_successes) / nullif(sum(geocoding_attempts), 0), 4)
                FROM q
      UNION ALL SELECT '/data_quality/sources/' || source || '/validation_pass_rate',
                  round(100.0 * sum(validation_passes) / nullif(sum(validation_attempts), 0), 4)
                FROM q GROUP BY source HAVING sum(validation_attempts) > 0""";

  @Override
  public Board board(Outbox outbox) {
    return new PipelineBoard(TOUCHY, outbox);
  }

  @Override
  public List<String> moreTables() {
    return List.of("pipeline_alert");
  }

  @Override
  public void insert(Connection writer, Fact fact) throws SQLException {
    boolean isRun = fact.kind() < 6;
    try (var insert = writer.prepareStatement(isRun ? RUN : SAMPLE)) {
      insert.setString(1, fact.eventId());
      insert.setString(2, "s" + fact.key());
      if (isRun) {
        boolean failed = fact.state() > 5;
        insert.setString(3, failed ? "failure" : "success");
        insert.setObject(4, failed && fact.amount() == 0 ? null : (long) fact.amount());
        insert.setObject(5, fact.utc());
        insert.setObject(6, fact.utc());
      } else {
        long good = Math.max(0, fact.amount() - fact.state());
        insert.setLong(3, fact.amount());
        insert.setLong(4, good);
        insert.setLong(5, 2L * fact.amount());
        insert.setLong(6, good);
        insert.setObject(7, fact.utc());
        insert.setString(8, checks(fact, good));
      }
      insert.executeUpdate();
    }
  }

  /** Two named checks, one of them now and then without attempts; none for some samples. */
  private static String checks(Fact fact, long good) {
    if (fact.state() > 7) return null;
    return """
        [{"name":"price","attempts":%d,"passes":%d},{"name":"n%d","attempts":%d,"passes":%d}]"""
        .formatted(fact.amount(), good, fact.state() % 2, fact.state(), fact.state() / 2);
  }

  @Override
  public String range() {
    return RANGE;
  }

  @Override
  public Future<?> check(SqlClient transaction, Instant now, JsonNode numbers) {
    var runs =
        transaction
            .query(
                "SELECT (SELECT count(*) FROM scrape_run WHERE at >= '%s' AND at < '%s'), (SELECT count(*) FROM pipeline_alert)"
                    .formatted(Window.at(now).begins(), Window.next(now)))
            .execute()
            .map(
                rows -> {
                  var row = rows.iterator().next();
                  assertEquals(row.getLong(0), numbers.at("/scraping_health/runs").asLong());
                  assertEquals(row.getLong(1), numbers.get("alerts").size());
                  return null;
                });
    var checks =
        transaction
            .query(NOW.formatted(Window.at(now).begins(), Window.next(now)))
            .execute()
            .map(
                rows -> {
                  for (var row : rows) {
                    assertEquals(
                        row.getString("expected"),
                        numbers.at(row.getString("at")).asText("null"),
                        row.getString("at"));
                  }
                  return null;
                });
    return Future.all(
        PlainSql.check(transaction),
        runs,
        checks,
        FoldSubject.mustBeEmpty(transaction, WRONG_ALERTS));
  }
}
