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
import java.util.function.Function;

/**
 * Stores which version of a board file the cluster computes: that of the node that started last. A
 * node with another version, or without the file, does not compute the board. Thread safe.
 */
final class ActiveBoardFile {
  private static final String IS_ACTIVE =
      "SELECT EXISTS (SELECT FROM board_file WHERE board = $1 AND digest = $2)";
  // Locked until the fold commits: activating another version waits for that.
  private static final String LOCK =
      "SELECT FROM board_file WHERE board = $1 AND digest = $2 FOR SHARE";
  // A statement of its own: what reads after it sees what the former holder has committed.
  private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtext('board_file.' || $1))";
  private static final String CURRENT =
      """
      SELECT f.digest, f.rollup, to_regclass($2) IS NOT NULL AS has_table
      FROM (SELECT) AS always LEFT JOIN board_file f ON f.board = $1""";
  private static final String PUT =
      """
      INSERT INTO board_file (board, digest, rollup) VALUES ($1, $2, $3)
      ON CONFLICT (board) DO UPDATE
        SET digest = excluded.digest, rollup = excluded.rollup, since = clock_timestamp()""";
  private static final String DELETE_SNAPSHOT = "DELETE FROM board_state WHERE board = $1";

  private final BoardFile file;
  private final String digest;
  private final Optional<String> rollup;
  private final String table;

  ActiveBoardFile(BoardFile file) {
    this.file = file;
    digest = file.digest();
    rollup = file.rollup().map(each -> BoardFile.digest(each.fold()));
    table = FileRollup.table(file.name());
  }

  /** Whether this version is the active one. */
  Future<Boolean> isActive(SqlClient client) {
    return client
        .preparedQuery(IS_ACTIVE)
        .execute(Tuple.of(file.name(), digest))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * Keeps this version active until the transaction ends; fails with {@link LeaseLostException} if
   * it is not active.
   */
  Future<Void> lock(SqlClient transaction) {
    return transaction
        .preparedQuery(LOCK)
        .execute(Tuple.of(file.name(), digest))
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new LeaseLostException("board." + file.name())));
  }

  /**
   * Makes this version the active one. If its rollup differs from the stored one, the rollup table
   * is created again and filled from all facts by the next fold.
   *
   * @param types SQL types of the rollup's keys, by name
   * @param alerts declares no alert rules, in place of those that a file of version 2 had
   */
  Future<Void> activate(
      Pool pool, Map<String, String> types, Function<SqlClient, Future<Runnable>> alerts) {
    return pool.<Runnable>withTransaction(
            tx ->
                tx.preparedQuery(ALONE)
                    .execute(Tuple.of(file.name()))
                    .compose(
                        locked -> tx.preparedQuery(CURRENT).execute(Tuple.of(file.name(), table)))
                    .compose(rows -> createTable(tx, rows.iterator().next(), types))
                    .compose(
                        created ->
                            tx.preparedQuery(PUT)
                                .execute(Tuple.of(file.name(), digest, rollup.orElse(null))))
                    .compose(put -> alerts.apply(tx)))
        .onSuccess(Runnable::run)
        .mapEmpty();
  }

  private Future<?> createTable(SqlConnection tx, Row current, Map<String, String> types) {
    var previous = Optional.ofNullable(current.getString("rollup"));
    boolean hasTable = current.getBoolean("has_table");
    if (previous.equals(rollup) && (rollup.isEmpty() || hasTable)) return Future.succeededFuture();
    if (hasTable && previous.isEmpty()) {
      return Future.failedFuture(
          new InvalidBoardFileException(
              file.position(), "the table " + table + " exists and does not belong to this board"));
    }
    Future<?> dropped =
        hasTable ? tx.query("DROP TABLE " + table).execute() : Future.succeededFuture();
    if (file.rollup().isEmpty()) return dropped;
    String columns = file.rollup().get().columns(types);
    return dropped
        .compose(gone -> tx.query("CREATE TABLE " + table + columns).execute())
        .compose(created -> tx.preparedQuery(DELETE_SNAPSHOT).execute(Tuple.of(file.name())));
  }
}
