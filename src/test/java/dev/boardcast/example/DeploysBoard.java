package dev.boardcast.example;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Counts deployments of services, failures and durations. */
final class DeploysBoard implements Board {
  static final String NAME = "deploys";

  private static final String FOLD =
      """
      INSERT INTO deploy_rollup AS r (bucket, service, deploys, failures, seconds)
      SELECT b.bucket, service, count(*), count(*) FILTER (WHERE NOT succeeded), sum(seconds)
      FROM deploy CROSS JOIN LATERAL
        (VALUES (timestamptz '-infinity'), (date_trunc('hour', finished_at, 'UTC'))) AS b (bucket)
      WHERE is_fresh(tx, $1)
      GROUP BY b.bucket, service
      ON CONFLICT (bucket, service) DO UPDATE
        SET deploys = r.deploys + excluded.deploys,
            failures = r.failures + excluded.failures,
            seconds = r.seconds + excluded.seconds""";

  private static final String METRICS =
      """
      SELECT json_build_object(
        'total', coalesce(sum(deploys), 0),
        'failure_rate', round(100 * sum(failures) / nullif(sum(deploys), 0), 2),
        'mean_seconds', round(sum(seconds) / nullif(sum(deploys), 0), 3),
        'slow_services', count(*) FILTER (WHERE seconds > deploys * $1::bigint),
        'by_service', coalesce(json_object_agg(service, deploys ORDER BY service), '{}'))::text
      FROM (SELECT service, sum(deploys) AS deploys, sum(failures) AS failures,
                   sum(seconds) AS seconds
            FROM deploy_rollup WHERE %s GROUP BY service) AS s""";

  private final DeploysConfig config;

  DeploysBoard(DeploysConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return NAME;
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
        new MetricDescription("slow_services", "Slow services", "count", Kind.GAUGE),
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
        .preparedQuery(METRICS.formatted("bucket = '-infinity'"))
        .execute(Tuple.of(config.slowAfter().toSeconds()))
        .map(DeploysBoard::json);
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(Duration.ofHours(1), ZoneOffset.UTC, this::range));
  }

  private Future<RawJson> range(SqlClient client, Instant from, Instant to) {
    return client
        .preparedQuery(METRICS.formatted("bucket >= $2 AND bucket < $3"))
        .execute(
            Tuple.of(
                config.slowAfter().toSeconds(),
                from.atOffset(ZoneOffset.UTC),
                to.atOffset(ZoneOffset.UTC)))
        .map(DeploysBoard::json);
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    var deploys =
        MetricFacts.of("deploy", "finished_at", Key.NUMBER, "id")
            .time("finished_at", "finished_at")
            .column("service", "service")
            .column("succeeded", "succeeded")
            .column("seconds", "seconds");
    return Optional.of(
        switch (metric) {
          case "total" -> deploys;
          case "by_service.*" -> deploys.groupedBy("service");
          case "mean_seconds" -> deploys.averaged("seconds");
          default -> MetricFacts.none("it is made of sums by service");
        });
  }

  private static RawJson json(RowSet<Row> rows) {
    return RawJson.of(rows.iterator().next().getString(0));
  }

  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("finished_at", "deploy_rollup", "bucket", Duration.ofHours(1)));
  }
}
