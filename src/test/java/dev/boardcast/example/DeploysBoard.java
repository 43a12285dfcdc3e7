package dev.boardcast.example;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;

/** How often services are deployed, and how often that fails. */
public final class DeploysBoard implements Board {
  private static final String FOLD =
      """
      INSERT INTO deploy_rollup AS r (service, deploys, failures, seconds)
      SELECT service, count(*), count(*) FILTER (WHERE NOT succeeded), sum(seconds)
      FROM deploy WHERE is_fresh(tx, $1) GROUP BY service
      ON CONFLICT (service) DO UPDATE
        SET deploys = r.deploys + excluded.deploys,
            failures = r.failures + excluded.failures,
            seconds = r.seconds + excluded.seconds""";

  private static final String NUMBERS =
      """
      SELECT json_build_object(
        'total', coalesce(sum(deploys), 0),
        'failure_rate', round(100 * sum(failures) / nullif(sum(deploys), 0), 2),
        'mean_seconds', round(sum(seconds) / nullif(sum(deploys), 0), 3),
        'by_service', coalesce(json_object_agg(service, deploys ORDER BY service), '{}'))::text
      FROM deploy_rollup""";

  @Override
  public String name() {
    return "deploys";
  }

  @Override
  public String title() {
    return "Deployments";
  }

  @Override
  public List<MetricDescription> metrics() {
    return List.of(
        new MetricDescription("total", "Deployments", "count", Kind.COUNTER),
        new MetricDescription("failure_rate", "Failed", "percent", Kind.GAUGE),
        new MetricDescription("mean_seconds", "Mean duration", "seconds", Kind.GAUGE),
        new MetricDescription("by_service.*", "By service", "count", Kind.SHARE));
  }

  @Override
  public List<String> facts() {
    return List.of("deploy");
  }

  @Override
  public List<String> fold() {
    return List.of(FOLD);
  }

  @Override
  public List<String> rollups() {
    return List.of("deploy_rollup");
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return transaction
        .query(NUMBERS)
        .execute()
        .map(rows -> RawJson.of(rows.iterator().next().getString(0)));
  }
}
