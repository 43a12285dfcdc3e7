package dev.boardcast.metric;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.event.Outbox;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** What {@link FoldPropertiesIT} needs of a board: its facts, and its numbers by plain SQL. */
public interface FoldSubject {
  /** Of the node whose outbox this is. */
  Board board(Outbox outbox);

  /** What it writes to, beside facts and rollups. */
  default List<String> moreTables() {
    return List.of();
  }

  /** Writes a fact in the connection's transaction. */
  void tell(Connection writer, Fact fact) throws SQLException;

  /**
   * Fails when numbers or rollups are not what all facts say, by other queries than the board's.
   *
   * @param transaction of the fold
   */
  Future<?> check(SqlClient transaction, Instant now, JsonNode numbers);

  /**
   * A fact as drawn; each board makes of it what it can.
   *
   * @param writer who tells it; what is told twice is told by the same
   * @param eventId null for none
   * @param kind 0 to 9, as are key, amount and state
   */
  record Fact(String writer, String eventId, int kind, int key, Instant at, int amount, int state) {
    public OffsetDateTime utc() {
      return at.atOffset(ZoneOffset.UTC);
    }
  }

  /** Fails when the query finds anything. */
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
