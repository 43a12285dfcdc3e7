package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.BoardQueries.Column;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Checks that a query only reads, and finds its columns, without running it. */
final class QueryCheck {
  private static final String VIEW = "boardcast_board_query";
  private static final String AS = "CREATE TEMP VIEW " + VIEW + " AS\n";
  private static final String COLUMNS =
      """
      SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
             t.typcategory::text AS category
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 ORDER BY a.attnum""";
  // The parsed form of the query contains every function it calls, operators included.
  private static final String VOLATILE =
      """
      SELECT p.proname AS name
      FROM pg_rewrite w,
           regexp_matches(
             w.ev_action::text, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') AS call
      JOIN pg_proc p ON p.oid = call[1]::oid
      WHERE w.ev_class = to_regclass($1) AND p.provolatile = 'v' LIMIT 1""";
  private static final String BEFORE = "SELECT * FROM (\n";
  private static final String AFTER = "\n) AS q LIMIT 0";

  private QueryCheck() {}

  /**
   * Finds the columns by creating a temporary view, which must be a single query that writes
   * nothing.
   *
   * @param tx a transaction that will be rolled back
   * @return fails with {@link InvalidBoardFileException} if the query calls a volatile function
   */
  static Future<List<Column>> columns(SqlConnection tx, FileSql sql) {
    return prepared(tx, AS, sql, "")
        .compose(made -> tx.preparedQuery(VOLATILE).execute(Tuple.of("pg_temp." + VIEW)))
        .compose(
            calls -> {
              for (Row call : calls) {
                String name = call.getString("name");
                throw new InvalidBoardFileException(
                    sql.positionOf(name),
                    "calls "
                        + name
                        + ", a function that may change something or whose result is never the"
                        + " same (VOLATILE); a board may only read");
              }
              return tx.preparedQuery(COLUMNS).execute(Tuple.of("pg_temp." + VIEW));
            })
        .map(
            rows -> {
              List<Column> columns = new ArrayList<>();
              for (Row row : rows) {
                columns.add(
                    new Column(
                        row.getString("name"), row.getString("type"), row.getString("category")));
              }
              return columns;
            })
        .compose(columns -> tx.query("DROP VIEW pg_temp." + VIEW).execute().map(columns));
  }

  /** Runs each query in a read-only transaction, as it will run later, but without rows. */
  static Future<?> readOnly(SqlConnection tx, Collection<FileSql> queries) {
    Future<?> started = tx.query("SET LOCAL transaction_read_only = on").execute();
    for (FileSql sql : queries) started = started.compose(ok -> prepared(tx, BEFORE, sql, AFTER));
    return started;
  }

  /** Runs a statement as a prepared one, so that it cannot be several statements. */
  static Future<?> prepared(SqlConnection tx, String before, FileSql sql, String after) {
    return tx.preparedQuery(before + sql.text() + after)
        .execute()
        .recover(cause -> Future.failedFuture(explain(cause, sql, before)));
  }

  /** Converts a failure caused by the SQL; others, such as a lost connection, stay as they are. */
  static Throwable explain(Throwable cause, FileSql sql, String before) {
    return cause instanceof PgException pg
            && pg.getSqlState() != null
            && !pg.getSqlState().matches("(08|40|53|55|57|58|XX).*")
        ? sql.rejected(pg, before)
        : cause;
  }
}
