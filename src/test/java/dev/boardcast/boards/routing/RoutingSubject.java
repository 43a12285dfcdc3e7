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

/** Decisions, with and without confidence. */
public final class RoutingSubject implements FoldSubject {
  private static final String INSERT =
      """
      INSERT INTO routing_decision
        (event_id, strategy, provider, model, confidence, cost, decided_at)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""";
  private static final String ROLLUP =
      """
      SELECT bucket, strategy, provider, model, confidence, decisions, cost_sum, confidence_sum
      FROM routing_rollup""";
  private static final String FACTS =
      """
      SELECT b.bucket, strategy, provider, coalesce(model, ''),
             CASE WHEN confidence >= 0.8 THEN 'high' WHEN confidence >= 0.5 THEN 'medium'
                  WHEN confidence >= 0 THEN 'low' ELSE 'none' END,
             count(*), sum(cost), sum(coalesce(confidence, 0))
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
                WHERE model IS NOT NULL GROUP BY model""";

  @Override
  public Board board(Outbox outbox) {
    return new RoutingBoard();
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
      insert.executeUpdate();
    }
  }

  @Override
  public String range() {
    return RANGE;
  }

  @Override
  public Future<?> check(SqlClient transaction, Instant now, JsonNode numbers) {
    return Future.all(
        FoldSubject.mustBeSame(transaction, ROLLUP, FACTS),
        FoldSubject.mustBeEmpty(
            transaction,
            "SELECT count(*), sum(cost) FROM routing_decision HAVING count(*) <> %s OR sum(cost) <> %s"
                .formatted(
                    numbers.get("total_decisions"),
                    numbers.get("total_cost").decimalValue().toPlainString())));
  }
}
