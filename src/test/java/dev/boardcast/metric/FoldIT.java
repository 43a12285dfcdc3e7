package dev.boardcast.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.board.routing.RoutingBoard;
import dev.boardcast.bus.Json;
import dev.boardcast.bus.Snapshot;
import dev.boardcast.db.Database;
import dev.boardcast.db.DbConfig;
import dev.boardcast.db.Lease;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FoldIT {
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

  private final Vertx vertx = Vertx.vertx();
  private final DbConfig config = Services.get().freshDatabase();
  private final Sql sql = new Sql(config.postgresUri());
  private final Pool pool = Database.pool(vertx, config);
  private final Lease lease = new Lease("board.routing", "me", Duration.ofSeconds(60));
  private final AuditedBoard board = new AuditedBoard(new RoutingBoard(), ROLLUP, FACTS);
  private final Fold fold = new Fold(pool, lease, board, Clock.systemUTC());
  private long token;

  @BeforeEach
  void takeTheLease() throws Exception {
    token = get(lease.acquire(pool)).getAsLong();
  }

  @AfterEach
  void close() throws Exception {
    get(pool.close());
    get(vertx.close());
  }

  @Test
  void anEmptyDatabaseHasNumbersToo() throws Exception {
    assertEquals(0, total(run()));
  }

  @Test
  void foldEqualsRecomputationWhileWritersCommitInAnyOrder() throws Exception {
    int writers = 8;
    var threads = Executors.newFixedThreadPool(writers);
    long expected = 0;
    try (var old = sql.connect()) {
      old.setAutoCommit(false);
      insert(old, 7);
      List<java.util.concurrent.Future<Integer>> written = new ArrayList<>();
      for (int i = 0; i < writers; i++) written.add(threads.submit(writer(i)));
      int folds = 0;
      while (!written.stream().allMatch(java.util.concurrent.Future::isDone)) {
        run();
        folds++;
      }
      assertTrue(folds > 1, "folds met open transactions");
      for (var writer : written) expected += writer.get();
      assertEquals(expected, total(run()));
      old.commit();
    } finally {
      threads.shutdownNow();
    }
    var folded = run();
    assertEquals(expected + 7, total(folded));
    var recomputed = get(fold.recompute(token));
    assertEquals(folded.data(), recomputed.data());
    assertEquals(folded.version(), recomputed.version());
  }

  @Test
  void aFoldWithoutNewFactsChangesNothingButTheTime() throws Exception {
    insert(10);
    var first = run();
    assertFalse(get(fold.isDue()));
    var second = run();
    assertEquals(first.version(), second.version());
    assertEquals(first.data(), second.data());
    insert(1);
    assertTrue(get(fold.isDue()));
    assertTrue(run().version() > second.version());
  }

  @ParameterizedTest
  @EnumSource(AuditedBoard.Crash.class)
  void aCrashBetweenTwoStatementsLeavesEachFactToBeFoldedOnce(AuditedBoard.Crash crash)
      throws Exception {
    insert(5);
    run();
    insert(10);
    board.crash = crash;
    if (crash != AuditedBoard.Crash.NEVER) {
      assertThrows(Exception.class, this::run);
      assertThrows(Exception.class, this::run);
    }
    board.crash = AuditedBoard.Crash.NEVER;
    assertEquals(15, total(runAgain()));
    assertEquals(15, total(run()));
  }

  @Test
  void aCrashWithinTheCommitLeavesEachFactToBeFoldedOnce() throws Exception {
    sql.run(
        """
        CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$""");
    sql.run(
        """
        CREATE CONSTRAINT TRIGGER crash AFTER INSERT OR UPDATE ON board_state
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crash()""");
    insert(10);
    assertThrows(Exception.class, this::run);
    sql.run("DROP TRIGGER crash ON board_state");
    assertEquals(10, total(runAgain()));
  }

  @Test
  void whoLostTheLeaseFoldsNothing() throws Exception {
    insert(10);
    run();
    insert(5);
    sql.run("UPDATE lease SET expires_at = '-infinity'");
    var other = new Lease("board.routing", "other", Duration.ofSeconds(60));
    long otherToken = get(other.acquire(pool)).getAsLong();
    assertInstanceOf(Lease.Lost.class, failure(fold.run(token)));
    assertTrue(get(fold.isDue()));
    var otherFold = new Fold(pool, other, board, Clock.systemUTC());
    assertEquals(15, total(get(otherFold.run(otherToken))));
  }

  @Test
  void aFoldTouchesFreshFactsOnly() throws Exception {
    insert(100_000);
    run();
    insert(1000);
    run();
    assertEquals(1000, board.factsTouched);
    assertEquals(0, board.tableScans);
    run();
    assertEquals(0, board.factsTouched);
  }

  @Test
  void askingForFreshFactsReadsAFewPagesOnly() throws Exception {
    insert(100_000);
    run();
    assertFalse(get(fold.isDue()));
    String plan = "";
    try (var connection = sql.connect();
        var statement = connection.createStatement()) {
      // The first time a session reads the catalogue, too.
      for (int time = 0; time < 2; time++) {
        try (var rows =
            statement.executeQuery(
                """
                EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)
                SELECT has_fresh('routing', '{routing_decision}')""")) {
          rows.next();
          plan = rows.getString(1);
        }
      }
    }
    var pages = Json.MAPPER.readTree(plan).get(0).get("Plan");
    long read = pages.get("Shared Hit Blocks").asLong() + pages.get("Shared Read Blocks").asLong();
    assertTrue(read < 50, () -> "pages read: " + read);
  }

  @Test
  void aTransactionThatStaysOpenDoesNotMakeFoldsRereadWhatCameAfterIt() throws Exception {
    try (var old = sql.connect()) {
      old.setAutoCommit(false);
      insert(old, 3);
      insert(50_000);
      run();
      insert(10);
      run();
      assertEquals(10, board.factsTouched);
      old.commit();
      assertEquals(50_013, total(run()));
      assertEquals(3, board.factsTouched);
    }
  }

  @Test
  void factsRestoredFromAnotherServerAreCountedOnceAndNewOnesToo() throws Exception {
    insert(10);
    run();
    // Another server was far ahead: its transactions are this one's future.
    sql.run("UPDATE routing_decision SET tx = '900000000'");
    sql.run("UPDATE board_state SET watermark = '900000001:900000001:', cluster = 'other'");
    insert(5);
    assertEquals(15, total(run()));
    assertEquals(15, total(run()));
    insert(1);
    assertEquals(16, total(run()));
    assertEquals(1, board.factsTouched);
  }

  @Test
  void rollupsWithoutAWatermarkAreComputedAnew() throws Exception {
    insert(10);
    run();
    sql.run("DELETE FROM board_state");
    assertEquals(10, total(run()));
  }

  private Callable<Integer> writer(int seed) {
    return () -> {
      var random = new Random(seed);
      int written = 0;
      List<Connection> open = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        open.add(sql.connect());
        open.get(i).setAutoCommit(false);
      }
      for (int round = 0; round < 30; round++) {
        int rows = 0;
        for (var connection : open) {
          int count = 1 + random.nextInt(5);
          insert(connection, count);
          rows += count;
        }
        Collections.shuffle(open, random);
        for (var connection : open) connection.commit();
        written += rows;
        var rolledBack = open.get(0);
        insert(rolledBack, 3);
        rolledBack.rollback();
      }
      for (var connection : open) connection.close();
      return written;
    };
  }

  private void insert(int count) throws SQLException {
    try (var connection = sql.connect()) {
      insert(connection, count);
    }
  }

  private static void insert(Connection connection, int count) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO routing_decision
            (strategy, provider, model, confidence, cost, decided_at)
          SELECT 's' || g %% 3, 'p' || g %% 2, nullif('m' || g %% 5, 'm0'),
                 nullif(round(random()::numeric, 3), 0.5), random()::numeric / 1000,
                 timestamptz '2026-01-01' + g %% 7 * interval '1 hour'
          FROM generate_series(1, %d) g"""
              .formatted(count));
    }
  }

  private Snapshot run() throws Exception {
    return get(fold.run(token));
  }

  /** After a crash the pool may not have noticed yet: tried again, as the keeper does. */
  private Snapshot runAgain() throws Exception {
    return get(fold.run(token).recover(cause -> fold.run(token)));
  }

  private static long total(Snapshot snapshot) throws Exception {
    return Json.MAPPER.readTree(snapshot.data().text()).get("total_decisions").asLong();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  private static Throwable failure(Future<?> future) throws Exception {
    return future
        .map(value -> (Throwable) null)
        .recover(Future::succeededFuture)
        .await(30, TimeUnit.SECONDS);
  }
}
