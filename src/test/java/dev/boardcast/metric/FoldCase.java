package dev.boardcast.metric;

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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The routing board's fold on a database of its own, with the lease in hand. Calls block. */
abstract class FoldCase {
  static final String ROLLUP =
      """
      SELECT bucket, strategy, provider, model, confidence, decisions, cost_sum, confidence_sum
      FROM routing_rollup""";
  static final String FACTS =
      """
      SELECT b.bucket, strategy, provider, coalesce(model, ''),
             CASE WHEN confidence >= 0.8 THEN 'high' WHEN confidence >= 0.5 THEN 'medium'
                  WHEN confidence >= 0 THEN 'low' ELSE 'none' END,
             count(*), sum(cost), sum(coalesce(confidence, 0))
      FROM routing_decision, LATERAL (VALUES (timestamptz '-infinity'),
             (date_trunc('hour', decided_at, 'UTC'))) b (bucket)
      GROUP BY 1, 2, 3, 4, 5""";

  final Vertx vertx = Vertx.vertx();
  final DbConfig config = Services.get().freshDatabase();
  final Sql sql = new Sql(config.postgresUri());
  final Pool pool = Database.pool(vertx, config);
  final Lease lease = new Lease("board.routing", "me", Duration.ofSeconds(60));
  final AuditedBoard board = new AuditedBoard(new RoutingBoard(), ROLLUP, FACTS);
  final Fold fold =
      new Fold(pool, lease, board, new History(HistoryConfig.DEFAULTS), Clock.systemUTC());
  long token;

  @BeforeEach
  void takeTheLease() throws Exception {
    token = get(lease.acquire(pool)).getAsLong();
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

  static long total(Snapshot snapshot) throws Exception {
    return Json.MAPPER.readTree(snapshot.data().text()).get("total_decisions").asLong();
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
