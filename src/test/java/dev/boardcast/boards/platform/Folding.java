package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Folds the board as its scheduler does, at any time, and compares the metrics with {@link
 * PlainNumbers} in the same transaction. Calls block; one thread.
 */
final class Folding {
  private static final String NOTHING_SEEN = "1:1:";

  private final Pool pool;
  private final Board board;
  private final PlainNumbers plain;
  private String watermark = NOTHING_SEEN;
  private Optional<Instant> tick = Optional.empty();

  Folding(Pool pool, PlatformConfig config) {
    this.pool = pool;
    board = new PlatformBoard(config);
    plain = new PlainNumbers(config.zone());
  }

  /** Folds new facts and reads the metrics. */
  JsonNode run(Instant now) throws Exception {
    return inTransaction(
        "COMMIT",
        tx -> {
          fold(tx, watermark);
          String text = await(board.snapshot(tx, now)).text();
          JsonNode numbers = Json.MAPPER.readTree(text);
          assertEquals(plain.read(tx, now), PlainNumbers.of(numbers), text);
          tick = await(board.nextChange(tx, now));
          watermark = column(tx, "SELECT pg_current_snapshot()::text").get(0);
          return numbers;
        });
  }

  /** The metrics at another time, without folding. */
  JsonNode read(Instant now) throws Exception {
    return inTransaction(
        "ROLLBACK", tx -> Json.MAPPER.readTree(await(board.snapshot(tx, now)).text()));
  }

  /** When the metrics of the last run change by time alone. */
  Optional<Instant> tick() {
    return tick;
  }

  /** The content of the rollups. */
  List<String> rollups() throws Exception {
    return inTransaction("ROLLBACK", this::rollups);
  }

  /** The content of the rollups after a recomputation. */
  List<String> recomputed() throws Exception {
    return inTransaction(
        "ROLLBACK",
        tx -> {
          for (String table : board.rollups()) await(tx.query("DELETE FROM " + table).execute());
          fold(tx, NOTHING_SEEN);
          return rollups(tx);
        });
  }

  /** Deletes all facts. */
  void empty() throws Exception {
    String tables = String.join(", ", board.facts()) + ", " + String.join(", ", board.rollups());
    await(pool.query("TRUNCATE platform_transaction, platform_rate, " + tables).execute());
    watermark = NOTHING_SEEN;
  }

  private void fold(SqlClient tx, String since) throws Exception {
    for (String sql : board.fold()) await(tx.preparedQuery(sql).execute(Tuple.of(since)));
  }

  private List<String> rollups(SqlClient tx) throws Exception {
    List<String> rows = new ArrayList<>();
    for (String table : board.rollups()) {
      rows.addAll(column(tx, "SELECT '" + table + "' || r::text FROM " + table + " r ORDER BY r"));
    }
    return rows;
  }

  private interface Work<T> {
    T in(SqlConnection tx) throws Exception;
  }

  private <T> T inTransaction(String end, Work<T> work) throws Exception {
    var connection = await(pool.getConnection());
    String ending = "ROLLBACK";
    try {
      await(connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute());
      await(connection.query("SET LOCAL enable_seqscan = off").execute());
      T result = work.in(connection);
      ending = end;
      return result;
    } finally {
      await(connection.query(ending).execute());
      await(connection.close());
    }
  }

  private static List<String> column(SqlClient tx, String query) throws Exception {
    List<String> column = new ArrayList<>();
    for (Row row : await(tx.query(query).execute())) column.add(row.getString(0));
    return column;
  }

  static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(60, TimeUnit.SECONDS);
  }
}
