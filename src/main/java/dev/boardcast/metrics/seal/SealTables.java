package dev.boardcast.metrics.seal;

import dev.boardcast.metrics.audit.SealedSums;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Makes what a board needs before its facts are dropped: a table of sealed sums for each rollup,
 * and for each table of facts with event ids the trigger that refuses older ones.
 */
final class SealTables {
  private static final String MISSING =
      """
      SELECT name FROM unnest($1::text[]) AS t (name)
      WHERE to_regclass(quote_ident('sealed_' || name)) IS NULL""";
  private static final String CREATE = "CREATE TABLE IF NOT EXISTS %s (LIKE %s INCLUDING ALL)";
  // Writers wait for it, so it does not wait long itself.
  private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'";
  private static final String GUARD =
      "SELECT guard_facts(name, $2) FROM unnest($1::text[]) AS t (name)";

  private final Board board;

  SealTables(Board board) {
    this.board = board;
  }

  /** Makes what is missing, in a transaction of its own. */
  Future<?> create(SqlConnection own) {
    return own.query("BEGIN")
        .execute()
        .compose(begun -> own.query(LOCK_TIMEOUT).execute())
        .compose(set -> own.preparedQuery(MISSING).execute(names(board.rollups())))
        .compose(
            missing -> {
              Future<?> made = Future.succeededFuture();
              for (Row row : missing) {
                String rollup = row.getString(0);
                String sql = CREATE.formatted(SealedSums.table(rollup), rollup);
                made = made.compose(before -> own.query(sql).execute());
              }
              return made;
            })
        .compose(
            made ->
                own.preparedQuery(GUARD)
                    .execute(names(board.facts()).addString(board.sealing().orElseThrow().time())))
        .compose(made -> own.query("COMMIT").execute())
        .recover(
            cause ->
                own.query("ROLLBACK")
                    .execute()
                    .transform(rolledBack -> Future.failedFuture(cause)));
  }

  private static Tuple names(List<String> tables) {
    return Tuple.tuple().addArrayOfString(tables.toArray(String[]::new));
  }
}
