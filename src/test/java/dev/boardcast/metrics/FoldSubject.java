package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.events.Outbox;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RangeSupport;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** A board under test: how its facts are inserted, and its metrics by plain SQL. */
public interface FoldSubject {
  /** Creates the board, with the outbox of its node. */
  Board board(Outbox outbox);

  /** Other tables that the board writes. */
  default List<String> moreTables() {
    return List.of();
  }

  /** Writes a fact in the connection's transaction. */
  void insert(Connection writer, Fact fact) throws SQLException;

  /**
   * Fails when metrics or rollups differ from what other queries compute from all facts.
   *
   * @param transaction of the fold
   */
  Future<?> check(SqlClient transaction, Instant now, JsonNode numbers);

  /**
   * SQL over facts from {@code $1} until {@code $2} that returns rows of a JSON pointer into the
   * response, such as {@code /revenue/total}, and the expected value, as {@code numeric}.
   */
  String range();

  /** Fails when the board differs from {@link #range} for some ranges around now. */
  default Future<Void> checkRanges(SqlClient transaction, Board board, Instant now) {
    RangeSupport ranges = board.ranges().orElseThrow();
    long step = ranges.step().toSeconds();
    Instant edge = Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), step) * step);
    Instant before = edge.minusSeconds(100 * step);
    Future<Void> checked =
        checkRange(transaction, ranges, Instant.parse("1900-01-01T00:00:00Z"), edge);
    return checked
        .compose(done -> checkRange(transaction, ranges, before, edge.plusSeconds(step)))
        .compose(
            done -> checkRange(transaction, ranges, edge, Instant.parse("2200-01-02T00:00:00Z")));
  }

  private Future<Void> checkRange(
      SqlClient transaction, RangeSupport ranges, Instant from, Instant to) {
    var computed = ranges.reader().read(transaction, from, to).map(Folding::data);
    var plain =
        transaction
            .preparedQuery(range())
            .execute(Tuple.of(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)));
    return Future.all(computed, plain)
        .map(
            read -> {
              for (Row row : plain.result()) {
                JsonNode number = computed.result().at(row.getString(0));
                var shown = number.isNull() ? null : number.decimalValue().stripTrailingZeros();
                var right = row.getBigDecimal(1);
                assertEquals(
                    right == null ? null : right.stripTrailingZeros(),
                    shown,
                    row.getString(0) + " from " + from + " to " + to + ": " + computed.result());
              }
              return null;
            });
  }

  /**
   * A generated fact; each board interprets it in its own way.
   *
   * @param writer who inserts it; duplicates come from the same writer
   * @param eventId null for none
   * @param kind 0 to 9, as are key, amount and state
   */
  record Fact(String writer, String eventId, int kind, int key, Instant at, int amount, int state) {
    public OffsetDateTime utc() {
      return at.atOffset(ZoneOffset.UTC);
    }
  }

  /** Fails when the query returns rows. */
  static Future<Void> mustBeEmpty(SqlClient transaction, String query) {
    return transaction
        .query(query)
        .execute()
        .compose(
            (RowSet<Row> rows) ->
                rows.size() == 0
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new AssertionError(rows.iterator().next().toJson() + " by " + query)));
  }

  /** Fails when two queries differ in any row. */
  static Future<Void> mustBeSame(SqlClient transaction, String one, String other) {
    return mustBeEmpty(
        transaction,
        "WITH a AS (%s), b AS (%s) ".formatted(one, other)
            + "(SELECT 'first', * FROM (TABLE a EXCEPT ALL TABLE b) x)"
            + " UNION ALL (SELECT 'second', * FROM (TABLE b EXCEPT ALL TABLE a) y)");
  }
}
