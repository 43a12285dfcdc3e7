package dev.boardcast.boards.yaml;

import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Optional;

/**
 * Which file of a board's name the cluster computes: that of the node which started last. A node
 * with another one, or with none, takes no part in it.
 */
final class ActiveBoardFile {
  private static final String IS_OURS =
      "SELECT EXISTS (SELECT FROM board_file WHERE board = $1 AND digest = $2)";
  // Held until the numbers are committed: whoever puts another in force waits for that, or ends it.
  private static final String HOLD =
      "SELECT FROM board_file WHERE board = $1 AND digest = $2 FOR SHARE";
  private static final String BEFORE =
      """
      SELECT f.digest, f.rollup, to_regclass($2) IS NOT NULL AS has_table
      FROM (SELECT pg_advisory_xact_lock(hashtext('board_file.' || $1))) AS alone
      LEFT JOIN board_file f ON f.board = $1""";
  private static final String PUT =
      """
      INSERT INTO board_file (board, digest, rollup) VALUES ($1, $2, $3)
      ON CONFLICT (board) DO UPDATE
        SET digest = excluded.digest, rollup = excluded.rollup, since = clock_timestamp()""";
  private static final String FORGET = "DELETE FROM board_state WHERE board = $1";

  private final BoardFile file;
  private final String digest;
  private final Optional<String> rollup;
  private final String table;

  ActiveBoardFile(BoardFile file) {
    this.file = file;
    digest = file.digest();
    rollup = file.rollup().map(sums -> BoardFile.digest(sums.meaning()));
    table = FileRollup.table(file.name());
  }

  /** Whether this is the file that is computed. */
  Future<Boolean> isActive(SqlClient client) {
    return client
        .preparedQuery(IS_OURS)
        .execute(Tuple.of(file.name(), digest))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * As {@link #isActive}, and stays so until the transaction ends; fails with {@link
   * LeaseLostException} where it is not.
   */
  Future<Void> hold(SqlClient transaction) {
    return transaction
        .preparedQuery(HOLD)
        .execute(Tuple.of(file.name(), digest))
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new LeaseLostException("board." + file.name())));
  }

  /**
   * Makes this the file that is computed; a rollup that means something else than before begins
   * anew, from all facts.
   *
   * @param types SQL types of the rollup's keys
   */
  Future<Void> put(Pool pool, Map<String, String> types) {
    return pool.withTransaction(
        tx ->
            tx.preparedQuery(BEFORE)
                .execute(Tuple.of(file.name(), table))
                .compose(rows -> makeTable(tx, rows.iterator().next(), types))
                .compose(
                    made ->
                        tx.preparedQuery(PUT)
                            .execute(Tuple.of(file.name(), digest, rollup.orElse(null))))
                .mapEmpty());
  }

  private Future<?> makeTable(SqlConnection tx, Row before, Map<String, String> types) {
    var former = Optional.ofNullable(before.getString("rollup"));
    boolean hasTable = before.getBoolean("has_table");
    if (former.equals(rollup) && (rollup.isEmpty() || hasTable)) return Future.succeededFuture();
    if (hasTable && former.isEmpty()) {
      return Future.failedFuture(
          new InvalidBoardFileException(
              file.place(), "there is a table " + table + ", which is not its own"));
    }
    Future<?> dropped =
        hasTable ? tx.query("DROP TABLE " + table).execute() : Future.succeededFuture();
    if (file.rollup().isEmpty()) return dropped;
    String columns = file.rollup().get().columns(types);
    return dropped
        .compose(gone -> tx.query("CREATE TABLE " + table + columns).execute())
        .compose(made -> tx.preparedQuery(FORGET).execute(Tuple.of(file.name())));
  }
}
