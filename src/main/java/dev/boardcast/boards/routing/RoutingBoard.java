package dev.boardcast.boards.routing;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Counts the decisions of an LLM router by strategy, provider, model and confidence, with costs,
 * tokens, latencies and errors, and by user, team, key and tag. Totals are of all time: a decision
 * counts at once, late or ahead of the clock, and in a range or a budget in its own hour.
 */
final class RoutingBoard implements Board {
  static final String NAME = "routing";

  // One statement, so that new facts are read once.
  private static final String FOLD =
      """
      WITH fresh AS MATERIALIZED (
        SELECT strategy, provider, model, confidence, cost, decided_at, input_tokens,
               output_tokens, cached_tokens, reasoning_tokens, latency_ms, status, user_id, team,
               api_key, tags
        FROM routing_decision WHERE is_fresh(tx, $1)
      ), latencies AS (
        INSERT INTO routing_latency AS l (bucket, provider, bin, decisions)
        SELECT b.bucket, d.provider, sketch_bin(d.latency_ms), count(*)
        FROM fresh d CROSS JOIN LATERAL
          (VALUES (timestamptz '-infinity'), (date_trunc('hour', d.decided_at, 'UTC'))) b (bucket)
        WHERE d.latency_ms IS NOT NULL GROUP BY 1, 2, 3
        ON CONFLICT (bucket, provider, bin) DO UPDATE
          SET decisions = l.decisions + excluded.decisions
      ), usages AS (
        INSERT INTO routing_usage AS u (dimension, name, bucket, decisions, cost_sum)
        SELECT n.dimension, n.name, b.bucket, count(*), sum(d.cost)
        FROM fresh d CROSS JOIN LATERAL
          (VALUES (timestamptz '-infinity'), (date_trunc('hour', d.decided_at, 'UTC'))) b (bucket)
        CROSS JOIN LATERAL (
          VALUES ('user', coalesce(d.user_id, '')), ('team', coalesce(d.team, '')),
                 ('key', coalesce(d.api_key, '')), ('status', coalesce(d.status, ''))
          UNION
          SELECT 'tag', t FROM jsonb_array_elements_text(d.tags::jsonb) AS t) AS n (dimension, name)
        GROUP BY 1, 2, 3
        ON CONFLICT (dimension, name, bucket) DO UPDATE
          SET decisions = u.decisions + excluded.decisions,
              cost_sum = u.cost_sum + excluded.cost_sum
      )
      INSERT INTO routing_rollup AS r
        (bucket, strategy, provider, model, confidence, decisions, cost_sum, confidence_sum,
         input_tokens, output_tokens, cached_tokens, reasoning_tokens, ended, errors, timed,
         latency_sum)
      SELECT b.bucket, d.strategy, d.provider, coalesce(d.model, ''),
             CASE WHEN d.confidence IS NULL THEN 'none'
                  WHEN d.confidence >= 0.8 THEN 'high'
                  WHEN d.confidence >= 0.5 THEN 'medium'
                  ELSE 'low' END,
             count(*), sum(d.cost), coalesce(sum(d.confidence), 0),
             coalesce(sum(d.input_tokens), 0), coalesce(sum(d.output_tokens), 0),
             coalesce(sum(d.cached_tokens), 0), coalesce(sum(d.reasoning_tokens), 0),
             count(d.status), count(*) FILTER (WHERE d.status <> 'success'),
             count(d.latency_ms), coalesce(sum(d.latency_ms), 0)
      FROM fresh d
      CROSS JOIN LATERAL
        (VALUES (timestamptz '-infinity'), (date_trunc('hour', d.decided_at, 'UTC'))) b (bucket)
      GROUP BY 1, 2, 3, 4, 5
      ON CONFLICT (bucket, strategy, provider, model, confidence) DO UPDATE
        SET decisions = r.decisions + excluded.decisions,
            cost_sum = r.cost_sum + excluded.cost_sum,
            confidence_sum = r.confidence_sum + excluded.confidence_sum,
            input_tokens = r.input_tokens + excluded.input_tokens,
            output_tokens = r.output_tokens + excluded.output_tokens,
            cached_tokens = r.cached_tokens + excluded.cached_tokens,
            reasoning_tokens = r.reasoning_tokens + excluded.reasoning_tokens,
            ended = r.ended + excluded.ended,
            errors = r.errors + excluded.errors,
            timed = r.timed + excluded.timed,
            latency_sum = r.latency_sum + excluded.latency_sum""";

  private static final String SUMS =
      """
      SELECT strategy, provider, model, confidence,
             coalesce(sum(decisions), 0)::bigint AS decisions,
             coalesce(sum(cost_sum), 0) AS cost,
             coalesce(sum(confidence_sum), 0) AS confidence_sum,
             coalesce(sum(decisions) FILTER (WHERE confidence <> 'none'), 0)::bigint AS confident,
             coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
             coalesce(sum(output_tokens), 0)::bigint AS output_tokens,
             coalesce(sum(cached_tokens), 0)::bigint AS cached_tokens,
             coalesce(sum(reasoning_tokens), 0)::bigint AS reasoning_tokens,
             coalesce(sum(ended), 0)::bigint AS ended, coalesce(sum(errors), 0)::bigint AS errors,
             coalesce(sum(timed), 0)::bigint AS timed,
             coalesce(sum(latency_sum), 0) AS latency_sum
      FROM routing_rollup
      WHERE %s
      GROUP BY GROUPING SETS ((), (strategy), (provider), (model), (confidence))""";
  private static final String ALL_TIME = SUMS.formatted("bucket = '-infinity'");
  private static final String WITHIN = SUMS.formatted("bucket >= $1 AND bucket < $2");

  private static final String HAS_BUDGETS = "SELECT EXISTS (SELECT FROM routing_budget)";

  private final EventPublisher events;

  /**
   * @param events takes the events of budgets
   */
  RoutingBoard(EventPublisher events) {
    this.events = events;
  }

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
    return RoutingMetrics.ALL;
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
    return List.of("routing_rollup", "routing_usage", "routing_latency");
  }

  @Override
  public Optional<Sample> sample() {
    return Optional.of(new Sample("decided_at", "routing_rollup", "bucket", Duration.ofHours(1)));
  }

  @Override
  public Optional<Sealing> sealing() {
    return Optional.of(Sealing.by("decided_at"));
  }

  @Override
  public Optional<MetricFacts> rows(String metric) {
    return Optional.of(RoutingFacts.of(metric));
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return BudgetStore.spent(transaction, now).compose(budgets -> snapshot(transaction, budgets));
  }

  /** Tells the thresholds of budgets that are reached. */
  @Override
  public Future<RawJson> afterFold(SqlClient transaction, Instant now) {
    return BudgetStore.spent(transaction, now)
        .compose(
            budgets ->
                BudgetStore.tell(transaction, events, budgets, now)
                    .compose(told -> snapshot(transaction, budgets)));
  }

  /** At midnight UTC the periods of budgets start again. */
  @Override
  public Future<Optional<Instant>> nextChange(SqlClient transaction, Instant now) {
    return transaction
        .query(HAS_BUDGETS)
        .execute()
        .map(
            rows ->
                rows.iterator().next().getBoolean(0)
                    ? Optional.of(now.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS))
                    : Optional.empty());
  }

  private static Future<RawJson> snapshot(SqlClient client, List<BudgetStore.State> budgets) {
    var sums = client.preparedQuery(ALL_TIME).execute();
    var usage = UsageTotals.allTime(client);
    var latencies = Latencies.allTime(client);
    return Future.all(sums, usage, latencies)
        .map(
            read ->
                RawJson.encode(
                    RoutingSnapshot.of(
                        sums.result(), usage.result(), latencies.result(), budgets)));
  }

  @Override
  public Optional<RangeSupport> ranges() {
    return Optional.of(new RangeSupport(Duration.ofHours(1), ZoneOffset.UTC, RoutingBoard::within));
  }

  private static Future<RawJson> within(SqlClient client, Instant from, Instant to) {
    var range = Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC));
    var sums = client.preparedQuery(WITHIN).execute(range);
    var usage = UsageTotals.within(client, range);
    var latencies = Latencies.within(client, range);
    return Future.all(sums, usage, latencies)
        .map(
            read ->
                RawJson.encode(
                    RoutingSnapshot.of(sums.result(), usage.result(), latencies.result(), null)));
  }
}
