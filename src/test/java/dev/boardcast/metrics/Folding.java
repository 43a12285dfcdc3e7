package dev.boardcast.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.metrics.audit.AuditConfig;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.metrics.audit.RollupRebuild;
import dev.boardcast.metrics.history.HistoryConfig;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.metrics.seal.FactSeal;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Folds a board on behalf of one node, at a given time. Calls block. */
public final class Folding {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int MAX_TRIES = 20;

  // Makes the state look like that of another server.
  private static final String RESTORED =
      "UPDATE board_state SET cluster = cluster || ' once' WHERE board = $1";

  private final Pool pool;
  private final Lease lease;
  private final Board board;
  private long token;

  public Folding(Pool pool, Board board, String node) {
    this.pool = pool;
    this.board = board;
    lease = new Lease("board." + board.name(), node, LONG);
  }

  /** Acquires the board's lease, which must be free. */
  public Folding take() {
    if (!isTaken()) throw new IllegalStateException("another node holds the lease");
    return this;
  }

  /** Acquires the board's lease if it is free. */
  public boolean isTaken() {
    OptionalLong granted = await(Leases.acquire(lease, pool));
    granted.ifPresent(value -> token = value);
    return granted.isPresent();
  }

  /** Folds all committed facts at a time, and returns the metrics. */
  public JsonNode at(Instant now) {
    return data(await(fold(now).run(token)).snapshot());
  }

  /** As {@link #at}, when the pool may still have broken connections. */
  public JsonNode againAt(Instant now) {
    for (int tries = 1; tries < MAX_TRIES; tries++) {
      try {
        return at(now);
      } catch (Exception gone) {
        // The next try uses another connection.
      }
    }
    return at(now);
  }

  /** Drops a batch of facts that are older; returns the most that were dropped of a table. */
  public long sealedAt(Instant now, Duration keep, int batch) {
    return await(new FactSeal(pool, lease, board, keep, batch).run(token, now));
  }

  /** As {@link #at}, from all facts. */
  public JsonNode recomputedAt(Instant now) {
    await(pool.preparedQuery(RESTORED).execute(Tuple.of(board.name())));
    return at(now);
  }

  /** As {@link #at}, with rebuilt rollups. */
  public JsonNode rebuiltAt(Instant now) {
    var rebuild = new RollupRebuild(pool, board);
    try {
      await(rebuild.prepare());
      return data(await(fold(now).exchange(token, rebuild)).snapshot());
    } finally {
      await(rebuild.drop());
    }
  }

  /** As {@link #rebuiltAt}, with something in between; returns whether rollups were exchanged. */
  boolean rebuiltAt(Instant now, FoldScenario.Work between) throws SQLException {
    var rebuild = new RollupRebuild(pool, board);
    try {
      await(rebuild.prepare());
      between.run();
      await(fold(now).exchange(token, rebuild));
      return rebuild.isExchanged();
    } finally {
      await(rebuild.drop());
    }
  }

  /** As {@link #at}, without blocking. */
  public Future<Snapshot> startAt(Instant now) {
    return fold(now).run(token).map(FoldResult::snapshot);
  }

  /** Returns the number of rollup rows that differ from the facts. */
  public long drift() {
    return await(new RollupAudit(pool, board, AuditConfig.DEFAULTS).run()).orElseThrow();
  }

  private Fold fold(Instant now) {
    return new Fold(
        pool,
        lease,
        board,
        new HistoryStore(HistoryConfig.DEFAULTS),
        Clock.fixed(now, ZoneOffset.UTC));
  }

  private static JsonNode data(Snapshot snapshot) {
    return data(snapshot.data());
  }

  static JsonNode data(RawJson json) {
    try {
      return Json.MAPPER.readTree(json.text());
    } catch (JsonProcessingException broken) {
      throw new AssertionError(json.text(), broken);
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not within 30 s", late);
    }
  }
}
