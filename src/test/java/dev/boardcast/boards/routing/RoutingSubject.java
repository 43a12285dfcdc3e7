package dev.boardcast.boards.routing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.events.Outbox;
import dev.boardcast.metrics.FoldSubject;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Decisions, with and without confidence. */
public final class RoutingSubject implements FoldSubject {
  private static final String INSERT =
      """
      INSERT INTO routing_decision
        (event_id, strategy, provider, model, confidence, cost, decided_at, input_tokens,
         output_tokens, cached_tokens, reasoning_tokens, latency_ms, status, user_id, team,
         api_key, tags)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (event_id) DO NOTHING""";
  private static final String ROLLUP =
      """
      SELECT bucket, strategy, provider, model, confidence, decisions, cost_sum, confidence_sum,
             input_tokens, output_tokens, cached_tokens, reasoning_tokens, ended, errors, timed,
             latency_sum
      FROM routing_rollup""";
  private static final String USAGE_FACTS =
      """
      WITH d AS (
        SELECT d.*, b.bucket FROM routing_decision d, LATERAL (VALUES (timestamptz '-infinity'),
               (date_trunc('hour', decided_at, 'UTC'))) b (bucket))
      SELECT 'user', coalesce(user_id, ''), bucket, count(*), sum(cost) FROM d GROUP BY 1, 2, 3
      UNION ALL SELECT 'team', coalesce(team, ''), bucket, count(*), sum(cost) FROM d GROUP BY 1, 2, 3
      UNION ALL SELECT 'key', coalesce(api_key, ''), bucket, count(*), sum(cost) FROM d GROUP BY 1, 2, 3
      UNION ALL SELECT 'status', coalesce(status, ''), bucket, count(*), sum(cost) FROM d
                GROUP BY 1, 2, 3
      UNION ALL SELECT 'tag', tag, bucket, count(DISTINCT id), sum(cost)
                FROM (SELECT DISTINCT id, bucket, cost, jsonb_array_elements_text(tags::jsonb) AS tag
                      FROM d) t
                GROUP BY 1, 2, 3""";
  private static final String LATENCY_FACTS =
      """
      SELECT bucket, provider, sketch_bin(latency_ms), count(*)
      FROM routing_decision, LATERAL (VALUES (timestamptz '-infinity'),
           (date_trunc('hour', decided_at, 'UTC'))) b (bucket)
      WHERE latency_ms IS NOT NULL GROUP BY 1, 2, 3""";
  // The percentile itself, within 1 % of which that of the sketch is.
  private static final String WRONG_PERCENTILES =
      """
      SELECT * FROM (SELECT percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY latency_ms)
                     FROM routing_decision) p (exact)
      WHERE abs(exact[1] - %1$s) > 0.01 * exact[1] OR abs(exact[2] - %2$s) > 0.01 * exact[2]
         OR abs(exact[3] - %3$s) > 0.01 * exact[3]""";
  private static final String FACTS =
      """
      SELECT b.bucket, strategy, provider, coalesce(model, ''),
             CASE WHEN confidence >= 0.8 THEN 'high' WHEN confidence >= 0.5 THEN 'medium'
                  WHEN confidence >= 0 THEN 'low' ELSE 'none' END,
             count(*), sum(cost), sum(coalesce(confidence, 0)), sum(coalesce(input_tokens, 0)),
             sum(coalesce(output_tokens, 0)), sum(coalesce(cached_tokens, 0)),
             sum(coalesce(reasoning_tokens, 0)), sum((status IS NOT NULL)::int),
             sum(coalesce(status <> 'success', false)::int), sum((latency_ms IS NOT NULL)::int),
             sum(coalesce(latency_ms, 0))
      FROM routing_decision, LATERAL (VALUES (timestamptz '-infinity'),
             (date_trunc('hour', decided_at, 'UTC'))) b (bucket)
      GROUP BY 1, 2, 3, 4, 5""";

  private static final String RANGE =
      """
      WITH d AS (SELECT * FROM routing_decision WHERE decided_at >= $1 AND decided_at < $2)
      SELECT '/total_decisions', count(*)::numeric FROM d
      UNION ALL SELECT '/total_cost', coalesce(sum(cost), 0) FROM d
      UNION ALL SELECT '/avg_confidence', round(avg(confidence),
                -- to twelve decimals, or twelve figures where those are more
                greatest(12, 11 - floor(log(nullif(avg(confidence), 0)))::int)) FROM d
      UNION ALL SELECT '/confidence_distribution/medium', count(*) FROM d
                WHERE confidence >= 0.5 AND confidence < 0.8
      UNION ALL SELECT '/cost_by_provider/' || provider, sum(cost) FROM d GROUP BY provider
      UNION ALL SELECT '/strategy_performance/' || strategy || '/count', count(*) FROM d
                GROUP BY strategy
      UNION ALL SELECT '/model_usage/' || model, count(*) FROM d
                WHERE model IS NOT NULL GROUP BY model
      UNION ALL SELECT '/tokens/input', coalesce(sum(input_tokens), 0) FROM d
      UNION ALL SELECT '/tokens/reasoning', coalesce(sum(reasoning_tokens), 0) FROM d
      UNION ALL SELECT '/errors', count(*) FROM d WHERE status <> 'success'
      UNION ALL SELECT '/error_rate', round(100.0 * count(*) FILTER (WHERE status <> 'success')
                  / nullif(count(status), 0), 4) FROM d
      UNION ALL SELECT '/cost_by_team/' || coalesce(team, ''), sum(cost) FROM d
                WHERE EXISTS (SELECT FROM d WHERE team IS NOT NULL) GROUP BY team
      UNION ALL SELECT '/cost_by_tag/x', sum(cost) FROM d WHERE tags LIKE '%"x"%'
                HAVING count(*) > 0
      UNION ALL SELECT '/decisions_by_status/timeout', count(*) FROM d WHERE status = 'timeout'
                HAVING count(*) > 0""";

  @Override
  public Board board(Outbox outbox) {
    return new RoutingBoard(outbox);
  }

  @Override
  public void insert(Connection writer, Fact fact) throws SQLException {
    try (var insert = writer.prepareStatement(INSERT)) {
      insert.setString(1, fact.eventId());
      insert.setString(2, "s" + fact.key());
      insert.setString(3, "p" + fact.kind() % 2);
      insert.setString(4, fact.amount() == 0 ? null : "m" + fact.amount() % 3);
      insert.setBigDecimal(5, fact.kind() == 0 ? null : BigDecimal.valueOf(fact.state(), 1));
      insert.setBigDecimal(6, BigDecimal.valueOf(fact.amount(), 5));
      insert.setObject(7, fact.utc());
      boolean isPlain = fact.kind() > 7;
      insert.setObject(8, isPlain ? null : 10L * fact.amount());
      insert.setObject(9, isPlain ? null : 3L * fact.state());
      insert.setObject(10, fact.state() == 0 ? null : 7L * fact.key());
      insert.setObject(11, fact.state() == 1 ? null : 1L);
      insert.setObject(12, isPlain ? null : (long) fact.amount() * fact.amount() * fact.state());
      insert.setString(13, isPlain ? null : fact.state() > 5 ? "timeout" : "success");
      insert.setString(14, isPlain ? null : "u" + fact.amount() + fact.key());
      insert.setString(15, fact.kind() == 1 ? null : "t" + fact.state() % 3);
      insert.setString(16, isPlain ? null : "k" + fact.key() % 4);
      insert.setString(
          17, isPlain ? null : "[\"x\",\"y%d\",\"y%d\"]".formatted(fact.state(), fact.kind()));
      insert.executeUpdate();
    }
  }

  @Override
  public String range() {
    return RANGE;
  }

  /** Shares are of all decisions, also of the users that are not shown. */
  private static Future<?> addsUp(JsonNode numbers, String shares) {
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode part : numbers.get(shares)) sum = sum.add(part.decimalValue());
    if (numbers.get(shares).isEmpty()) return Future.succeededFuture();
    return sum.compareTo(numbers.get("total_cost").decimalValue()) == 0
        ? Future.succeededFuture()
        : Future.failedFuture(new AssertionError(shares + " add up to " + sum + ": " + numbers));
  }

  @Override
  public Future<?> check(SqlClient transaction, Instant now, JsonNode numbers) {
    return Future.all(
        List.of(
            FoldSubject.mustBeSame(transaction, ROLLUP, FACTS),
            FoldSubject.mustBeSame(transaction, "SELECT * FROM routing_usage", USAGE_FACTS),
            FoldSubject.mustBeSame(transaction, "SELECT * FROM routing_latency", LATENCY_FACTS),
            FoldSubject.mustBeEmpty(
                transaction,
                WRONG_PERCENTILES.formatted(
                    numbers.at("/latency_ms/p50"),
                    numbers.at("/latency_ms/p95"),
                    numbers.at("/latency_ms/p99"))),
            addsUp(numbers, "cost_by_user"),
            addsUp(numbers, "cost_by_key"),
            FoldSubject.mustBeEmpty(
                transaction,
                "SELECT count(*), sum(cost) FROM routing_decision HAVING count(*) <> %s OR sum(cost) <> %s"
                    .formatted(
                        numbers.get("total_decisions"),
                        numbers.get("total_cost").decimalValue().toPlainString()))));
  }
}
