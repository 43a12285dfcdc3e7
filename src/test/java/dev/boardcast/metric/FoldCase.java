package dev.boardcast.metric;

import dev.boardcast.board.routing.RoutingBoard;
import dev.boardcast.board.routing.RoutingSubject;
import dev.boardcast.bus.Json;
import dev.boardcast.bus.Snapshot;
import dev.boardcast.db.Database;
import dev.boardcast.db.DbConfig;
import dev.boardcast.db.Lease;
import dev.boardcast.testing.HookedBoard;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The routing board's fold on a database of its own, with the lease in hand; each fold compares
 * rollups with facts. Calls block.
 */
abstract class FoldCase {
  final Vertx vertx = Vertx.vertx();
  final DbConfig config = Services.get().freshDatabase();
  final Sql sql = new Sql(config.postgresUri());
  final Pool pool = Database.pool(vertx, config);
  final Lease lease = new Lease("board.routing", "me", Duration.ofSeconds(60));
  final HookedBoard board = new HookedBoard(new RoutingBoard());
  final Fold fold =
      new Fold(pool, lease, board, new History(HistoryConfig.DEFAULTS), Clock.systemUTC());
  long token;

  @BeforeEach
  void takeTheLease() throws Exception {
    token = get(lease.acquire(pool)).getAsLong();
    var routing = new RoutingSubject();
    board.afterNumbers =
        (tx, now, numbers) -> routing.check(tx, now, Folding.data(numbers)).mapEmpty();
  }

  @AfterEach
  void close() throws Exception {
    get(pool.close());
    get(vertx.close());
  }

  void insert(int count) throws SQLException {
    try (var connection = sql.connect()) {
      insert(connection, count);
    }
  }

  static void insert(Connection connection, int count) throws SQLException {
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

  Snapshot run() throws Exception {
    return get(fold.run(token)).snapshot();
  }

  /** As {@link #run}, from all facts. */
  Snapshot recompute() throws Exception {
    sql.run("UPDATE board_state SET cluster = cluster || ' once'");
    return run();
  }

  static long total(Snapshot snapshot) throws Exception {
    return Json.MAPPER.readTree(snapshot.data().text()).get("total_decisions").asLong();
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
