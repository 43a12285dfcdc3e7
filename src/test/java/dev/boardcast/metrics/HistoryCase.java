package dev.boardcast.metrics;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.history.HistoryConfig;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.metrics.history.PartitionMaintenance;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SettableClock;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Runs a board whose snapshot and time the test sets, with its history. Calls block. */
public abstract class HistoryCase {
  /** A full hour not long ago, since partitions are dropped by the database's clock, too. */
  public static final Instant NOON =
      Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(1)).plusSeconds(12 * 3600);

  private static final String AT =
      """
      SELECT data FROM (
        (SELECT at, data::text AS data FROM board_history
         WHERE tier = 1 AND board = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
        UNION ALL
        (SELECT at, data::text FROM board_history
         WHERE tier = 2 AND board = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
        UNION ALL
        (SELECT at, data::text FROM board_history
         WHERE tier = 3 AND board = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
        UNION ALL
        SELECT changed_at, data::text FROM board_state WHERE board = $1 AND changed_at <= $2
      ) AS known
      ORDER BY at DESC LIMIT 1""";

  public final Vertx vertx = Vertx.vertx();
  public final DatabaseConfig database = Services.get().freshDatabase();
  public final Sql sql = new Sql(database.postgresUri());
  public final Pool pool = Pools.pool(vertx, database);
  public final SettableClock clock = new SettableClock(NOON);
  public final GivenBoard board = new GivenBoard();
  private final Lease lease = new Lease("board.given", "me", Duration.ofSeconds(60));
  private final Lease historyLease = new Lease("history", "me", Duration.ofSeconds(60));
  private final PartitionMaintenance partitions =
      new PartitionMaintenance(pool, historyLease, clock);
  private final Fold fold =
      new Fold(pool, lease, board, new HistoryStore(HistoryConfig.DEFAULTS), clock);
  private long token;
  private long historyToken;

  @BeforeEach
  public void acquireLeases() throws Exception {
    token = get(Leases.acquire(lease, pool)).getAsLong();
    historyToken = get(Leases.acquire(historyLease, pool)).getAsLong();
    maintain();
  }

  @AfterEach
  public void close() throws Exception {
    get(pool.close());
    get(vertx.close());
  }

  /** Maintains the partitions; returns how many were created and dropped. */
  public int maintain() throws Exception {
    return get(partitions.run(historyToken));
  }

  /** The board is {@code {"n": n}} from this time on. */
  public void set(Instant time, long n) throws Exception {
    set(time, "{\"n\":" + n + "}");
  }

  public void set(Instant time, String data) throws Exception {
    clock.set(time);
    board.data = data;
    get(fold.run(token));
  }

  /** Returns {@code n} at a time; null when nothing is known. */
  public Long at(Instant time) throws Exception {
    var rows =
        get(pool.preparedQuery(AT).execute(Tuple.of("given", time.atOffset(ZoneOffset.UTC))));
    for (Row row : rows) return Long.valueOf(row.getString(0).replaceAll("\\D", ""));
    return null;
  }

  public long rows(int tier) throws Exception {
    return Long.parseLong(
        sql.column("SELECT count(*) FROM board_history WHERE tier = " + tier).get(0));
  }

  public static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
