package dev.boardcast.metrics.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The requests to compute a board anew: a row for the board's holder to find, so that any process
 * that reaches the database can ask. A holder that dies leaves its request to the next one.
 */
public final class RecomputationStore {
  private static final String REQUEST =
      """
      INSERT INTO board_recompute AS r (board, requested_at)
      SELECT substr(name, 7), clock_timestamp() FROM lease WHERE name = 'board.' || $1
      ON CONFLICT (board) DO UPDATE
        SET requested_at = CASE WHEN r.finished_at IS NULL THEN r.requested_at
                                ELSE excluded.requested_at END,
            finished_at = NULL, wrong_rows = NULL, error = NULL
      RETURNING board, requested_at, finished_at, wrong_rows, error""";
  private static final String LATEST =
      """
      SELECT board, requested_at, finished_at, wrong_rows, error
      FROM board_recompute WHERE board = $1""";
  private static final String FINISH =
      """
      UPDATE board_recompute SET finished_at = clock_timestamp(), wrong_rows = $2, error = $3
      WHERE board = $1 AND finished_at IS NULL""";

  private static final String IS_WANTED =
      """
      SELECT EXISTS (SELECT FROM board_recompute WHERE board = $1 AND finished_at IS NULL)""";

  /** What is told of a request that is given up. */
  static final String FAILED = "it failed; the node's log says why";

  private RecomputationStore() {}

  /** Whether somebody waits for a board to be computed anew. */
  static Future<Boolean> isWanted(SqlClient client, String board) {
    return client
        .preparedQuery(IS_WANTED)
        .execute(Tuple.of(board))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * Asks for a board to be computed anew; a request that is not finished yet is this one.
   *
   * @return empty when no node ever kept a board of that name
   */
  public static Future<Optional<Recomputation>> request(SqlClient client, String board) {
    return client.preparedQuery(REQUEST).execute(Tuple.of(board)).map(RecomputationStore::first);
  }

  /** The last request; empty when there never was one. */
  public static Future<Optional<Recomputation>> latest(SqlClient client, String board) {
    return client.preparedQuery(LATEST).execute(Tuple.of(board)).map(RecomputationStore::first);
  }

  /** The request is fulfilled, in the transaction that does it. */
  static Future<Void> done(SqlClient transaction, String board, long wrongRows) {
    return transaction.preparedQuery(FINISH).execute(Tuple.of(board, wrongRows, null)).mapEmpty();
  }

  /** The request is given up. */
  static Future<Void> failed(SqlClient client, String board, String reason) {
    return client.preparedQuery(FINISH).execute(Tuple.of(board, null, reason)).mapEmpty();
  }

  private static Optional<Recomputation> first(RowSet<Row> rows) {
    for (Row row : rows) {
      return Optional.of(
          new Recomputation(
              row.getString("board"),
              time(row, "requested_at"),
              time(row, "finished_at"),
              row.getLong("wrong_rows"),
              row.getString("error")));
    }
    return Optional.empty();
  }

  private static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
