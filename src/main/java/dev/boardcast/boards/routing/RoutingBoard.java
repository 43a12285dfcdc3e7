package dev.boardcast.boards.routing;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Counts the decisions of an LLM router by strategy, provider, model and confidence, with costs.
 */
final class RoutingBoard implements Board {
  static final String NAME = "routing";

  private static final String FOLD =
      """
      INSERT INTO routing_rollup AS r
        (bucket, strategy, provider, model, confidence, decisions, cost_sum, confidence_sum)
      SELECT b.bucket, d.strategy, d.provider, coalesce(d.model, ''),
             CASE WHEN d.confidence IS NULL THEN 'none'
                  WHEN d.confidence >= 0.8 THEN 'high'
                  WHEN d.confidence >= 0.5 THEN 'medium'
                  ELSE 'low' END,
             count(*), sum(d.cost), coalesce(sum(d.confidence), 0)
      FROM routing_decision d
      CROSS JOIN LATERAL
        (VALUES (timestamptz '-infinity'), (date_trunc('hour', d.decided_at, 'UTC'))) b (bucket)
      WHERE is_fresh(d.tx, $1)
      GROUP BY 1, 2, 3, 4, 5
      ON CONFLICT (bucket, strategy, provider, model, confidence) DO UPDATE
        SET decisions = r.decisions + excluded.decisions,
            cost_sum = r.cost_sum + excluded.cost_sum,
            confidence_sum = r.confidence_sum + excluded.confidence_sum""";

  private static final String SUMS =
      """
      SELECT strategy, provider, model, confidence,
             coalesce(sum(decisions), 0)::bigint AS decisions,
             coalesce(sum(cost_sum), 0) AS cost,
             coalesce(sum(confidence_sum), 0) AS confidence_sum,
             coalesce(sum(decisions) FILTER (WHERE confidence <> 'none'), 0)::bigint AS confident
      FROM routing_rollup
      WHERE %s
      GROUP BY GROUPING SETS ((), (strategy), (provider), (model), (confidence))""";
  private static final String ALL_TIME = SUMS.formatted("bucket = '-infinity'");
  private static final String WITHIN = SUMS.formatted("bucket >= $1 AND bucket < $2");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "LLM routing";
  }

  @Override
  public Optional<String> httpPath() {
    return Optional.of("/routing/metrics");
  }

  @Override
  public List<MetricDescription> metrics() {
    return List.of(
        new MetricDescription("total_decisions", "Decisions", "count", Kind.COUNTER),
        new MetricDescription("total_cost", "Cost", "usd", Kind.COUNTER),
        new MetricDescription("avg_confidence", "Mean confidence", "ratio", Kind.GAUGE),
        new MetricDescription(
            "strategy_performance.*.count", "Decisions by strategy", "count", Kind.COUNTER),
        new MetricDescription(
            "strategy_performance.*.total_cost", "Cost by strategy", "usd", Kind.COUNTER),
        new MetricDescription(
            "strategy_performance.*.avg_cost", "Mean cost by strategy", "usd", Kind.GAUGE),
        new MetricDescription(
            "strategy_performance.*.avg_confidence",
            "Mean confidence by strategy",
            "ratio",
            Kind.GAUGE),
        new MetricDescription(
            "confidence_distribution.*", "Decisions by confidence", "count", Kind.SHARE),
        new MetricDescription("provider_usage.*", "Decisions by provider", "count", Kind.SHARE),
        new MetricDescription("cost_by_provider.*", "Cost by provider", "usd", Kind.SHARE),
        new MetricDescription("model_usage.*", "Decisions by model", "count", Kind.SHARE),
        new MetricDescription("cost_by_model.*", "Cost by model", "usd", Kind.SHARE));
  }

  @Override
  public List<String> facts() {
    return List.of("routing_decision");
  }

  @Override
  public List<String> fold() {
    return List.of(FOLD);
  }

  @Override
  public List<String> rollups() {
    return List.of("routing_rollup");
  }

  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("decided_at", "routing_rollup", "bucket", Duration.ofHours(1)));
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(RoutingFacts.of(metric));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return transaction
        .preparedQuery(ALL_TIME)
        .execute()
        .map(rows -> RawJson.encode(RoutingSnapshot.of(rows)));
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(Duration.ofHours(1), ZoneOffset.UTC, RoutingBoard::within));
  }

  private static Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    return client
        .preparedQuery(WITHIN)
        .execute(Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)))
        .map(rows -> RawJson.encode(RoutingSnapshot.of(rows)));
  }
}
