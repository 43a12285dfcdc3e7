package dev.boardcast.metric;

import dev.boardcast.bus.RawJson;
import dev.boardcast.db.Database;
import dev.boardcast.db.DbConfig;
import dev.boardcast.db.Lease;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SettableClock;
import dev.boardcast.testing.Sql;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A board whose numbers and time are given, with its history, on a database of its own. Blocks. */
abstract class HistoryCase {
  /** A full hour not long ago: partitions are not dropped before the database's time, too. */
  static final Instant NOON =
      Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(1)).plusSeconds(12 * 3600);

  final Vertx vertx = Vertx.vertx();
  final DbConfig database = Services.get().freshDatabase();
  final Sql sql = new Sql(database.postgresUri());
  final Pool pool = Database.pool(vertx, database);
  final SettableClock clock = new SettableClock(NOON);
  final GivenBoard board = new GivenBoard();
  private final Lease lease = new Lease("board.given", "me", Duration.ofSeconds(60));
  private final Lease historyLease = new Lease("history", "me", Duration.ofSeconds(60));
  final HistoryPartitions partitions =
      new HistoryPartitions(pool, historyLease, HistoryConfig.DEFAULTS, clock);
  private final Fold fold =
      new Fold(pool, lease, board, new History(HistoryConfig.DEFAULTS), clock);
  private long token;
  private long historyToken;

  @BeforeEach
  void takeTheLeases() throws Exception {
    token = get(lease.acquire(pool)).getAsLong();
    historyToken = get(historyLease.acquire(pool)).getAsLong();
    turn();
  }

  @AfterEach
  void close() throws Exception {
    get(pool.close());
    get(vertx.close());
  }

  int turn() throws Exception {
    return get(partitions.turn(historyToken));
  }

  /** The board says {@code {"n": n}} from that moment on. */
  void say(Instant time, long n) throws Exception {
    say(time, "{\"n\":" + n + "}");
  }

  void say(Instant time, String data) throws Exception {
    clock.set(time);
    board.data = data;
    get(fold.run(token));
  }

  /** What {@code n} was then; null when nothing is known. */
  Long at(Instant time) throws Exception {
    return get(History.at(pool, "given", time))
        .map(RawJson::text)
        .map(text -> Long.valueOf(text.replaceAll("\\D", "")))
        .orElse(null);
  }

  long rows(int tier) throws Exception {
    return Long.parseLong(
        sql.column("SELECT count(*) FROM board_history WHERE tier = " + tier).get(0));
  }

  static <T> T get(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
