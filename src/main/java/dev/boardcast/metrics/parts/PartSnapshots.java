package dev.boardcast.metrics.parts;

import dev.boardcast.engine.SharedQuery;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reads the latest snapshots of parts of boards, and lets those that are asked for be kept up to
 * date.
 *
 * <ul>
 *   <li>A part that is not kept up to date is computed from the rollups and stored; from the next
 *       fold on, it is computed with the board.
 *   <li>It is kept up to date until nobody has asked for it in {@value #KEEP_DAYS} days.
 *   <li>Of a board at most {@value #MAX_PARTS} are; then a new one takes the place of one that
 *       nobody follows, or is refused.
 * </ul>
 *
 * One per node. Thread safe.
 */
public final class PartSnapshots {
  /** The most parts of one board that are kept up to date. */
  public static final int MAX_PARTS = 10_000;

  private static final int KEEP_DAYS = 7;
  private static final int IDLE_MINUTES = 10; // then another one may take its place
  private static final int MAX_REMEMBERED = 2_000;

  private static final String USED = "wanted_until - interval '%d days'".formatted(KEEP_DAYS);
  // Renewed rarely, as each renewal is a write; what a node follows is renewed in time to stay.
  private static final String IS_FADING =
      "(" + USED + " < clock_timestamp() - interval '5 minutes')";
  private static final String FIND =
      """
      SELECT p.name, p.version, p.computed_at, p.data::text AS data, %s AS fades
      FROM board_part p JOIN board_part_use u ON u.name = p.name WHERE p.name = $1"""
          .formatted(IS_FADING);
  private static final String VERSIONS =
      """
      SELECT p.name, p.version, %s AS fades
      FROM board_part p JOIN board_part_use u ON u.name = p.name WHERE p.name = ANY ($1)"""
          .formatted(IS_FADING);
  private static final String RENEW =
      """
      UPDATE board_part_use SET wanted_until = clock_timestamp() + interval '%d days'
      WHERE name = ANY ($1)"""
          .formatted(KEEP_DAYS);
  private static final String DROP_UNUSED =
      ForgottenParts.drop(
          """
          name IN (
            SELECT name FROM board_part_use
            WHERE board = $1 AND %s <= clock_timestamp() - interval '%d minutes'
            ORDER BY wanted_until LIMIT 1)"""
              .formatted(USED, IDLE_MINUTES));
  private static final String COUNT = "SELECT count(*) FROM board_part_use WHERE board = $1";
  // One that was asked for once may be replaced at once: values that nobody follows, however many
  // are asked for, keep no others out. Who follows it or asks again renews it.
  private static final String USE =
      """
      INSERT INTO board_part_use (name, board, wanted_until)
      VALUES ($1, $2, clock_timestamp() + interval '%1$d days' - interval '%2$d minutes')
      ON CONFLICT (name) DO UPDATE SET wanted_until = clock_timestamp() + interval '%1$d days'"""
          .formatted(KEEP_DAYS, IDLE_MINUTES);
  private static final String INSERT =
      """
      INSERT INTO board_part (name, board, part, version, data, computed_at, changed_at)
      VALUES ($1, $2, $3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, $4::text::json,
              $5, $5)
      ON CONFLICT (name) DO NOTHING
      RETURNING version""";
  private static final String SERIALIZATION_FAILURE = "40001";
  private static final int MAX_CONFLICTS = 5;

  private final Map<String, Board> boards;
  private final Pool pool;
  private final Clock clock;
  private final Duration fresh;
  private final Consumer<String> hints;
  private final Map<String, SharedQuery<Optional<Snapshot>>> lookUps = new ConcurrentHashMap<>();
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  private final Map<String, Counter> requests = new HashMap<>();

  private record Known(Snapshot snapshot, long freshUntilNanos) {}

  /**
   * @param fresh how long a snapshot counts as the latest once it was read
   * @param hints told of each board that has a new part
   * @param meters gets {@code boardcast_board_part_requests_total} by {@code board}
   */
  public PartSnapshots(
      Collection<Board> boards,
      Pool pool,
      Clock clock,
      Duration fresh,
      Consumer<String> hints,
      MeterRegistry meters) {
    this.boards = boards.stream().collect(Collectors.toMap(Board::name, board -> board));
    this.pool = pool;
    this.clock = clock;
    this.fresh = fresh;
    this.hints = hints;
    for (Board board : boards) {
      if (board.parts().isEmpty()) continue;
      requests.put(
          board.name(),
          Counter.builder("boardcast.board.part.requests")
              .description("Requests for the latest snapshot of a part of the board")
              .tag("board", board.name())
              .register(meters));
    }
  }

  /** Takes a snapshot from the bus, if somebody has asked for its part here. */
  public void announced(Snapshot snapshot) {
    synchronized (known) {
      var last = known.get(snapshot.board());
      if (last != null && last.snapshot().version() < snapshot.version()) {
        known.put(snapshot.board(), new Known(snapshot, last.freshUntilNanos()));
      }
    }
  }

  /**
   * Returns the latest snapshot of a part.
   *
   * @param name as {@link BoardPart#name} of the board's name
   * @param version what an answer from memory must not be older than
   * @return empty for an unknown board; marked as stale when the database does not answer; fails
   *     when too many parts are kept up to date, or when none is known
   */
  public Future<Optional<Snapshot>> latest(String name, long version) {
    Counter asked = requests.get(BoardPart.whole(name));
    if (asked != null) asked.increment();
    synchronized (known) {
      var last = known.get(name);
      boolean isFresh =
          last != null
              && last.freshUntilNanos() - System.nanoTime() > 0
              && last.snapshot().version() >= version;
      if (isFresh) return Future.succeededFuture(Optional.of(last.snapshot()));
    }
    var shared = lookUps.computeIfAbsent(name, first -> new SharedQuery<>(() -> lookUp(name)));
    return shared.ask().onComplete(done -> lookUps.remove(name, shared));
  }

  /**
   * The versions of parts that are followed, which stay up to date for it; those that are not kept
   * up to date are missing.
   */
  public Future<Map<String, Long>> versions(Collection<String> names) {
    return pool.preparedQuery(VERSIONS)
        .execute(Tuple.tuple().addArrayOfString(names.toArray(String[]::new)))
        .compose(
            rows -> {
              Map<String, Long> versions = new HashMap<>();
              List<String> fading = new ArrayList<>();
              for (Row row : rows) {
                versions.put(row.getString("name"), row.getLong("version"));
                if (row.getBoolean("fades")) fading.add(row.getString("name"));
              }
              return renew(fading).map(versions);
            });
  }

  private Future<?> renew(List<String> names) {
    if (names.isEmpty()) return Future.succeededFuture();
    return pool.preparedQuery(RENEW)
        .execute(Tuple.tuple().addArrayOfString(names.toArray(String[]::new)));
  }

  private Future<Optional<Snapshot>> lookUp(String name) {
    Optional<BoardPart> part = BoardPart.parse(name);
    Board board = part.map(BoardPart::board).map(boards::get).orElse(null);
    if (board == null || board.parts().isEmpty()) return Future.succeededFuture(Optional.empty());
    return stored(name)
        .compose(
            found ->
                found.isPresent()
                    ? Future.succeededFuture(found.get())
                    : make(name, board, part.get(), MAX_CONFLICTS))
        .map(
            snapshot -> {
              synchronized (known) {
                known.put(name, new Known(snapshot, System.nanoTime() + fresh.toNanos()));
              }
              return Optional.of(snapshot);
            })
        .recover(failure -> lastKnown(name, failure));
  }

  private Future<Optional<Snapshot>> lastKnown(String name, Throwable failure) {
    synchronized (known) {
      var last = known.get(name);
      return last == null
          ? Future.failedFuture(failure)
          : Future.succeededFuture(Optional.of(last.snapshot().resent(clock.instant(), true)));
    }
  }

  private Future<Optional<Snapshot>> stored(String name) {
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(name))
        .compose(
            rows -> {
              for (Row row : rows) {
                var snapshot =
                    Optional.of(
                        new Snapshot(
                            name,
                            row.getLong("version"),
                            row.getOffsetDateTime("computed_at").toInstant(),
                            clock.instant(),
                            false,
                            RawJson.of(row.getString("data"))));
                return row.getBoolean("fades")
                    ? renew(List.of(name)).map(snapshot)
                    : Future.succeededFuture(snapshot);
              }
              return Future.succeededFuture(Optional.empty());
            });
  }

  /**
   * Computes a part and stores it. A fold that commits meanwhile does not see it, and so may leave
   * it behind: the next fold computes it in any case.
   */
  private Future<Snapshot> make(String name, Board board, BoardPart part, int conflicts) {
    BoardParts parts = board.parts().orElseThrow();
    List<String> values = part.valuesOf(parts.parameters());
    Instant now = clock.instant();
    return pool.withConnection(
            tx ->
                tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
                    .execute()
                    .compose(begun -> dropUnused(tx, board.name()))
                    .compose(dropped -> parts.read(tx, now, List.of(values)))
                    .compose(read -> insert(tx, name, board.name(), values, now, read.get(0)))
                    .compose(made -> tx.query("COMMIT").execute().map(made))
                    .recover(
                        cause ->
                            tx.query("ROLLBACK")
                                .execute()
                                .transform(done -> Future.failedFuture(cause))))
        .onSuccess(made -> hints.accept(board.name()))
        .recover(
            cause -> {
              boolean isConflict =
                  cause instanceof PgException pg && SERIALIZATION_FAILURE.equals(pg.getSqlState());
              if (!isConflict || conflicts == 0) return Future.failedFuture(cause);
              // Somebody else has made it, or has dropped the same.
              return stored(name)
                  .compose(
                      found ->
                          found.isPresent()
                              ? Future.succeededFuture(found.get())
                              : make(name, board, part, conflicts - 1));
            });
  }

  private static Future<?> dropUnused(SqlClient tx, String board) {
    return tx.preparedQuery(COUNT)
        .execute(Tuple.of(board))
        .compose(
            rows -> {
              if (rows.iterator().next().getLong(0) < MAX_PARTS) return Future.succeededFuture();
              return tx.preparedQuery(DROP_UNUSED)
                  .execute(Tuple.of(board))
                  .compose(
                      gone ->
                          gone.size() > 0
                              ? Future.succeededFuture()
                              : Future.failedFuture(
                                  Problem.unavailable(
                                      "at most "
                                          + MAX_PARTS
                                          + " values of this board are shown at one time",
                                      60)));
            });
  }

  private static Future<Snapshot> insert(
      SqlClient tx, String name, String board, List<String> values, Instant now, RawJson data) {
    return tx.preparedQuery(USE)
        .execute(Tuple.of(name, board))
        .compose(
            used ->
                tx.preparedQuery(INSERT)
                    .execute(
                        Tuple.tuple()
                            .addString(name)
                            .addString(board)
                            .addArrayOfString(values.toArray(String[]::new))
                            .addString(data.text())
                            .addOffsetDateTime(now.atOffset(ZoneOffset.UTC))))
        .map(
            rows ->
                new Snapshot(
                    name, rows.iterator().next().getLong("version"), now, now, false, data));
  }
}
