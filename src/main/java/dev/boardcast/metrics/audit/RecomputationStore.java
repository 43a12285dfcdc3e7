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
 * Stores requests to recompute a board: one row per board, which the holder of the board's lease
 * finds.
 *
 * <p>Any process that reaches the database can request. A request outlives a holder that dies.
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

  private static final String IS_REQUESTED =
      """
      SELECT EXISTS (SELECT FROM board_recompute WHERE board = $1 AND finished_at IS NULL)""";

  private static final String FAILED = "it failed; the node's log says why";

  private RecomputationStore() {}

  /** Whether a board has a request that is not finished. */
  public static Future<Boolean> isRequested(SqlClient client, String board) {
    return client
        .preparedQuery(IS_REQUESTED)
        .execute(Tuple.of(board))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * Requests a recomputation; joins a request that is not finished yet.
   *
   * @return empty when no node ever ran a board of that name
   */
  public static Future<Optional<Recomputation>> request(SqlClient client, String board) {
    return client.preparedQuery(REQUEST).execute(Tuple.of(board)).map(RecomputationStore::first);
  }

  /** Returns the last request; empty when there never was one. */
  public static Future<Optional<Recomputation>> latest(SqlClient client, String board) {
    return client.preparedQuery(LATEST).execute(Tuple.of(board)).map(RecomputationStore::first);
  }

  /** Finishes the request, in the transaction that recomputed the board. */
  public static Future<Void> done(SqlClient transaction, String board, long wrongRows) {
    return transaction.preparedQuery(FINISH).execute(Tuple.of(board, wrongRows, null)).mapEmpty();
  }

  /** Finishes the request without a result. */
  public static Future<Void> failed(SqlClient client, String board) {
    return client.preparedQuery(FINISH).execute(Tuple.of(board, null, FAILED)).mapEmpty();
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
