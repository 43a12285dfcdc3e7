package dev.boardcast.metrics.parts;

import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Computes the parts of a board that are kept up to date, in the transaction of a fold: those with
 * new facts, those that time alone has changed, and those that were made since the last fold. The
 * cost grows with the number of parts that change, not of viewers.
 */
public final class PartFold {
  private static final int CHUNK = 200; // parts in one statement

  private static final String DUE =
      """
      WITH changed AS MATERIALIZED (%s)
      SELECT p.name, p.part, p.changed_at, p.version
      FROM board_part p
      WHERE p.board = $2
        AND (p.is_new OR p.computed_at < $3 OR $4 OR p.part IN (SELECT part FROM changed))""";

  // A version is also a time, as that of a board.
  private static final String SAVE =
      """
      UPDATE board_part p
      SET version = CASE WHEN p.data::text = n.data THEN p.version
                    ELSE greatest(p.version + 1,
                                  (extract(epoch FROM clock_timestamp()) * 1000)::bigint) END,
          data = n.data::json,
          computed_at = $3,
          changed_at = CASE WHEN p.data::text = n.data THEN least(p.changed_at, $3) ELSE $3 END,
          is_new = false
      FROM unnest($1::text[], $2::text[]) AS n (name, data)
      WHERE p.name = n.name
      RETURNING p.name, p.version""";

  private static final String COUNT = "SELECT count(*) FROM board_part WHERE board = $1";
  private static final Duration COUNT_EVERY = Duration.ofSeconds(10);

  private static final String FORGET =
      ForgottenParts.drop("board = $1 AND wanted_until < clock_timestamp()");
  private static final Duration FORGET_EVERY = Duration.ofMinutes(10);

  private final Board board;
  private final HistoryStore history;
  private final PartMeters meters;
  private final AtomicLong forgotten = new AtomicLong(System.nanoTime());
  private final AtomicLong counted = new AtomicLong(System.nanoTime() - COUNT_EVERY.toNanos());

  public PartFold(Board board, HistoryStore history, PartMeters meters) {
    this.board = board;
    this.history = history;
    this.meters = meters;
  }

  private record Due(String name, List<String> part, Instant changedAt, long version) {
    static Due of(Row row) {
      return new Due(
          row.getString("name"),
          Arrays.asList(row.getArrayOfStrings("part")),
          row.getOffsetDateTime("changed_at").toInstant(),
          row.getLong("version"));
    }
  }

  /**
   * Computes what is due.
   *
   * @param watermark that of the fold, whose facts are in the rollups by now
   * @param all whether the rollups were replaced
   * @return the snapshots that have changed
   */
  public Future<List<Snapshot>> run(
      SqlClient transaction, String watermark, Instant now, boolean all) {
    var parts = board.parts();
    if (parts.isEmpty()) return Future.succeededFuture(List.of());
    return forget(transaction)
        .compose(done -> count(transaction))
        .compose(
            done ->
                transaction
                    .preparedQuery(DUE.formatted(parts.get().changed()))
                    .execute(
                        Tuple.of(
                            watermark,
                            board.name(),
                            parts.get().changedAt(now).atOffset(ZoneOffset.UTC),
                            all)))
        .compose(rows -> compute(transaction, parts.get(), now, due(rows)));
  }

  private static List<Due> due(RowSet<Row> rows) {
    List<Due> due = new ArrayList<>(rows.size());
    for (Row row : rows) due.add(Due.of(row));
    return due;
  }

  private Future<List<Snapshot>> compute(
      SqlClient transaction, BoardParts parts, Instant now, List<Due> due) {
    List<Snapshot> changed = new ArrayList<>();
    Future<Void> computed = Future.succeededFuture();
    for (int from = 0; from < due.size(); from += CHUNK) {
      List<Due> chunk = due.subList(from, Math.min(due.size(), from + CHUNK));
      computed =
          computed
              .compose(done -> parts.read(transaction, now, chunk.stream().map(Due::part).toList()))
              .compose(data -> save(transaction, now, chunk, data, changed));
    }
    return computed.map(done -> changed).onSuccess(done -> meters.computed(due.size()));
  }

  private Future<Void> save(
      SqlClient transaction,
      Instant now,
      List<Due> chunk,
      List<RawJson> data,
      List<Snapshot> changed) {
    List<HistoryStore.Change> changes = new ArrayList<>();
    for (int i = 0; i < chunk.size(); i++) {
      changes.add(
          new HistoryStore.Change(chunk.get(i).name(), chunk.get(i).changedAt(), data.get(i)));
    }
    return history
        .keepParts(transaction, changes, now)
        .compose(
            kept ->
                transaction
                    .preparedQuery(SAVE)
                    .execute(
                        Tuple.tuple()
                            .addArrayOfString(chunk.stream().map(Due::name).toArray(String[]::new))
                            .addArrayOfString(
                                data.stream().map(RawJson::text).toArray(String[]::new))
                            .addOffsetDateTime(now.atOffset(ZoneOffset.UTC))))
        .map(
            rows -> {
              var versions = new HashMap<String, Long>();
              for (Row row : rows) versions.put(row.getString("name"), row.getLong("version"));
              for (int i = 0; i < chunk.size(); i++) {
                Due part = chunk.get(i);
                Long version = versions.get(part.name());
                if (version == null || version == part.version()) continue;
                changed.add(new Snapshot(part.name(), version, now, now, false, data.get(i)));
              }
              return null;
            });
  }

  /** Counts the parts for the meter, now and then. */
  private Future<?> count(SqlClient transaction) {
    return isDue(counted, COUNT_EVERY)
        ? transaction
            .preparedQuery(COUNT)
            .execute(Tuple.of(board.name()))
            .onSuccess(rows -> meters.known(rows.iterator().next().getLong(0)))
        : Future.succeededFuture();
  }

  private static boolean isDue(AtomicLong last, Duration every) {
    long before = last.get();
    long now = System.nanoTime();
    return now - before >= every.toNanos() && last.compareAndSet(before, now);
  }

  /** Drops, now and then, the parts that nobody has asked for in a long time. */
  private Future<?> forget(SqlClient transaction) {
    return isDue(forgotten, FORGET_EVERY)
        ? transaction.preparedQuery(FORGET).execute(Tuple.of(board.name()))
        : Future.succeededFuture();
  }
}
