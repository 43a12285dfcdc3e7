package dev.boardcast.metrics;

import dev.boardcast.boards.routing.RoutingDecisions;
import dev.boardcast.boards.routing.RoutingSubject;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.history.HistoryConfig;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Snapshot;
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
 * Folds the routing board on its own database, and holds its lease; each fold compares rollups with
 * facts. Calls block.
 */
public abstract class FoldCase {
  public final Vertx vertx = Vertx.vertx();
  public final DatabaseConfig config = Services.get().freshDatabase();
  public final Sql sql = new Sql(config.postgresUri());
  public final Pool pool = Pools.pool(vertx, config);
  public final Lease lease = new Lease("board.routing", "me", Duration.ofSeconds(60));
  public final HookedBoard board = new HookedBoard(RoutingDecisions.board());
  public final Fold fold =
      new Fold(pool, lease, board, new HistoryStore(HistoryConfig.DEFAULTS), Clock.systemUTC());
  public long token;

  @BeforeEach
  public void takeTheLease() throws Exception {
    token = get(Leases.acquire(lease, pool)).getAsLong();
    var routing = new RoutingSubject();
    board.afterSnapshot =
        (tx, now, numbers) -> routing.check(tx, now, Folding.data(numbers)).mapEmpty();
  }

  @AfterEach
  public void close() throws Exception {
    get(pool.close());
    get(vertx.close());
  }

  public void insert(int count) throws SQLException {
    try (var connection = sql.connect()) {
      insert(connection, count);
    }
  }

  public static void insert(Connection connection, int count) throws SQLException {
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

  public Snapshot run() throws Exception {
    return get(fold.run(token)).snapshot();
  }

  /** As {@link #run}, from all facts. */
  public Snapshot recompute() throws Exception {
    sql.run("UPDATE board_state SET cluster = cluster || ' once'");
    return run();
  }

  public static long total(Snapshot snapshot) throws Exception {
    return Json.MAPPER.readTree(snapshot.data().text()).get("total_decisions").asLong();
  }

  public static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
