package dev.boardcast.metrics.facts;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.boards.routing.RoutingModule;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Migrations;
import dev.boardcast.database.Pools;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricFacts;
import dev.boardcast.spi.MetricFacts.Span;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestBoardContext;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A page of facts is read along an index, however many facts there are: {@code
 * -Dfacts.rows=10000000} measures with more.
 */
@TestInstance(Lifecycle.PER_CLASS)
class FactsPlanIT {
  private static final long ROWS = Long.getLong("facts.rows", 200_000);
  private static final double LIMIT_MILLIS = 200;
  private static final Pattern EXECUTION = Pattern.compile("Execution Time: ([0-9.]+) ms");

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Pool pool = Pools.pool(vertx, db);
  private Board board;

  @BeforeAll
  void fill() throws Exception {
    Api.await(Migrations.apply(vertx, db));
    board = new RoutingModule().board(new TestBoardContext(vertx, pool)).orElseThrow();
    var sql = new Sql(db.postgresUri());
    sql.run(
        """
        INSERT INTO routing_decision (event_id, strategy, provider, model, confidence, cost, decided_at)
        SELECT 'e' || n, 's' || n %% 5, CASE WHEN n = 1000 THEN 'rare' ELSE 'p' || n %% 7 END,
               'm' || n %% 20, (n %% 100) / 100.0, 0.01,
               timestamptz '2026-01-01Z' + n * interval '0.2 seconds'
        FROM generate_series(1, %d) AS n"""
            .formatted(ROWS));
    sql.run("VACUUM ANALYZE routing_decision");
  }

  @AfterAll
  void close() {
    Api.await(pool.close());
    Api.await(vertx.close());
  }

  @Test
  void theFirstPageIsReadAlongTheIndex() {
    isAlongTheIndex("total_cost", Optional.empty(), Optional.empty());
  }

  @Test
  void aLaterPageIsToo() {
    var middle = Instant.parse("2026-01-01T00:00:00Z").plusMillis(ROWS * 100);
    var after = new FactsCursor(middle, Long.toString(ROWS / 2));
    isAlongTheIndex("total_cost", Optional.empty(), Optional.of(after));
  }

  @Test
  void aKeyOfManyFactsIsToo() {
    isAlongTheIndex("cost_by_provider.*", Optional.of("p3"), Optional.empty());
    isAlongTheIndex("confidence_distribution.*", Optional.of("high"), Optional.empty());
  }

  /** It may scan, within the limit of a page. */
  @Test
  void aKeyOfOneFactIsFound() {
    String plan = plan(request("cost_by_provider.*", Optional.of("rare"), Optional.empty()));
    assertTrue(millis(plan) < Duration.ofSeconds(5).toMillis(), plan);
  }

  private void isAlongTheIndex(String metric, Optional<String> key, Optional<FactsCursor> after) {
    String plan = plan(request(metric, key, after));
    assertTrue(plan.contains("routing_decision_newest"), plan);
    assertFalse(plan.contains("Seq Scan"), plan);
    assertTrue(millis(plan) < LIMIT_MILLIS, plan);
  }

  private FactsRequest request(String metric, Optional<String> key, Optional<FactsCursor> after) {
    MetricFacts facts = board.rows(metric).orElseThrow();
    return new FactsRequest(metric, key, facts, Span.EVER, after, 50, false);
  }

  private String plan(FactsRequest request) {
    var query = FactsQuery.of(request);
    var plan = new StringBuilder();
    var rows =
        Api.await(
            pool.preparedQuery("EXPLAIN (ANALYZE, BUFFERS) " + query.sql())
                .execute(query.parameters()));
    for (Row row : rows) plan.append(row.getString(0)).append('\n');
    if (ROWS > 1_000_000) System.out.println(request.key() + "\n" + plan);
    return plan.toString();
  }

  private static double millis(String plan) {
    var found = EXECUTION.matcher(plan);
    assertTrue(found.find(), plan);
    return Double.parseDouble(found.group(1));
  }
}
