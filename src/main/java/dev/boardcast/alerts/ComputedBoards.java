package dev.boardcast.alerts;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Which boards the cluster computes: a node holds, or held minutes ago, the lease of such a board.
 * Asked of the database, as nodes may have different board files.
 */
final class ComputedBoards {
  /** A condition on a row {@code r} with a column {@code board}. */
  static final String IS_COMPUTED =
      "(r.board = '"
          + OperatorCondition.BOARD
          + "' OR EXISTS (SELECT FROM lease l WHERE l.name = 'board.' || r.board"
          + " AND l.expires_at > clock_timestamp() - interval '10 minutes'))";

  private static final String FIND =
      "SELECT " + IS_COMPUTED + " AS computed FROM (SELECT $1::text AS board) AS r";

  private ComputedBoards() {}

  static Future<Boolean> has(SqlClient client, String board) {
    return client
        .preparedQuery(FIND)
        .execute(Tuple.of(board))
        .map(rows -> rows.iterator().next().getBoolean("computed"));
  }
}
