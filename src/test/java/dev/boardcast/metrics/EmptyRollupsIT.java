package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.boardcast.Boards;
import dev.boardcast.boards.tasks.TasksModule;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.audit.AuditConfig;
import dev.boardcast.metrics.audit.RecomputationStore;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.metrics.audit.RollupRebuild;
import dev.boardcast.metrics.history.HistoryConfig;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestBoardContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Audits and rebuilds every built-in board on tables without facts. */
class EmptyRollupsIT {
  private final Vertx vertx = Vertx.vertx();

  static Stream<BoardModule> modules() {
    return Boards.BUILT_IN.stream().filter(module -> !(module instanceof TasksModule));
  }

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void itsFoldRunsOnShadowTablesAndViews(BoardModule module) throws Exception {
    DatabaseConfig database = Services.get().freshDatabase();
    // One connection, so that leftovers of one board would affect the next.
    var pool = Pools.pool(vertx, database, "test", 1);
    Board board = module.board(new TestBoardContext(vertx, pool)).orElseThrow();
    var lease = new Lease("board." + board.name(), "me", Duration.ofSeconds(60));
    long token = get(Leases.acquire(lease, pool)).getAsLong();
    var history = new HistoryStore(HistoryConfig.DEFAULTS);
    var fold = new Fold(pool, lease, board, history, Clock.systemUTC());
    var first = get(fold.run(token)).snapshot();
    for (AuditConfig config : new AuditConfig[] {AuditConfig.DEFAULTS, sampling()}) {
      if (board.rollups().isEmpty()) continue;
      assertEquals(0, get(new RollupAudit(pool, board, config).run()).getAsLong());
    }
    get(RecomputationStore.request(pool, board.name()));
    var rebuild = new RollupRebuild(pool, board);
    get(rebuild.prepare());
    assertEquals(first.data(), get(fold.exchange(token, rebuild)).snapshot().data());
    get(rebuild.drop());
    var asked = get(RecomputationStore.latest(pool, board.name())).orElseThrow();
    assertEquals(0, asked.wrongRows());
    var last = get(fold.run(token));
    assertEquals(first.version(), last.snapshot().version());
    assertFalse(last.isRebuildRequested());
  }

  private static AuditConfig sampling() {
    return Settings.of(AuditConfig.class, "audit-max-facts=0");
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
