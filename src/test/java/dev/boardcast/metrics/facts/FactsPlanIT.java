package dev.boardcast.metrics.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.Boards;
import dev.boardcast.boards.routing.RoutingModule;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Migrations;
import dev.boardcast.database.Pools;
import dev.boardcast.server.Main;
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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * A page of facts is read along an index, however many facts there are: {@code
 * -Dfacts.rows=10000000} measures with more.
 */
@TestInstance(Lifecycle.PER_CLASS)
class FactsPlanIT {
  private static final long ROWS = Long.getLong("facts.rows", 200_000);
  private static final double LIMIT_MILLIS = 200;
  private static final String SHOP =
      """
      version: 2
      name: shop
      title: Shop
      source: {table: purchase}
      time: at
      metrics:
        orders: {count: all, label: Orders}
      """;
  private static final Pattern EXECUTION = Pattern.compile("Execution Time: ([0-9.]+) ms");

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Pool pool = Pools.pool(vertx, db);
  @TempDir private Path directory;
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
  void thoseOfASourceAreToo() throws Exception {
    var sql = new Sql(db.postgresUri());
    sql.run(
        """
        CREATE TABLE public.purchase (site text, total numeric, at timestamptz);
        INSERT INTO public.purchase
        SELECT 's' || n %% 500, n, timestamptz '2026-01-01Z' + n / 3 * interval '0.6 seconds'
        FROM generate_series(1, %d) AS n"""
            .formatted(ROWS));
    install();
    Path file = Files.writeString(directory.resolve("shop.yaml"), SHOP);
    var context = new TestBoardContext(vertx, pool);
    var module = Boards.ofFiles(file.getParent()).get(0);
    board = module.board(context).orElseThrow();
    try {
      Api.await(module.prepare(context, true));
      String index =
          "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
              + " WHERE c.relname LIKE 'source_purchase_________' AND i.indisvalid";
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> sql.column(index).equals(List.of("1")));
      sql.run("ANALYZE source_purchase");
      var middle = Instant.parse("2026-01-01T00:00:00Z").plusMillis(ROWS * 100);
      var after = new FactsCursor(middle, Long.toString(ROWS / 2));
      for (var cursor : List.of(Optional.<FactsCursor>empty(), Optional.of(after))) {
        String plan = plan(request("orders", Optional.empty(), cursor));
        assertTrue(plan.contains("using source_purchase_"), plan);
        assertFalse(plan.contains("Seq Scan"), plan);
        assertTrue(millis(plan) < LIMIT_MILLIS, plan);
      }
    } finally {
      Api.await(module.close());
      board = new RoutingModule().board(context).orElseThrow();
    }
  }

  private void install() throws Exception {
    var err = new StringWriter();
    Path address = Files.writeString(directory.resolve("pg"), db.postgresUri());
    int code =
        Main.commandLine(Clock.systemUTC())
            .setErr(new PrintWriter(err))
            .execute(
                "source",
                "install",
                "--pg-file",
                address.toString(),
                "--table",
                "public.purchase",
                "--columns",
                "site,total,at");
    assertEquals(0, code, err.toString());
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
    return new FactsRequest(metric, key, facts, Optional.empty(), Span.EVER, after, 50, false);
  }

  private String plan(FactsRequest request) {
    var query = FactsQuery.of(request, List.of());
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
