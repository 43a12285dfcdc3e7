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

/** What a query gives, and that it does nothing else; nothing of it is executed. */
final class QueryCheck {
  private static final String VIEW = "boardcast_board_query";
  private static final String AS = "CREATE TEMP VIEW " + VIEW + " AS\n";
  private static final String COLUMNS =
      """
      SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
             t.typcategory::text AS category
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 ORDER BY a.attnum""";
  // The server's own form of the query names every function it calls, operators' included.
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
   * Makes a view of it for a moment: a view is one query, which changes nothing.
   *
   * @param tx a transaction that will be rolled back
   */
  static Future<List<Column>> columns(SqlConnection tx, FileSql sql) {
    return prepared(tx, AS, sql, "")
        .compose(made -> tx.preparedQuery(VOLATILE).execute(Tuple.of("pg_temp." + VIEW)))
        .compose(
            calls -> {
              for (Row call : calls) {
                String name = call.getString("name");
                throw new InvalidBoardFileException(
                    sql.placeOf(name),
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

  /** Starts each in the form and under the restriction in which it will run, and takes no row. */
  static Future<?> readOnly(SqlConnection tx, Collection<FileSql> queries) {
    Future<?> started = tx.query("SET LOCAL transaction_read_only = on").execute();
    for (FileSql sql : queries) started = started.compose(ok -> prepared(tx, BEFORE, sql, AFTER));
    return started;
  }

  /** Prepared, so that it cannot be several statements. */
  static Future<?> prepared(SqlConnection tx, String before, FileSql sql, String after) {
    return tx.preparedQuery(before + sql.text() + after)
        .execute()
        .recover(cause -> Future.failedFuture(explain(cause, sql, before)));
  }

  /** Only what is wrong with the SQL: not that the database is away, or busy. */
  static Throwable explain(Throwable cause, FileSql sql, String before) {
    return cause instanceof PgException pg
            && pg.getSqlState() != null
            && !pg.getSqlState().matches("(08|40|53|55|57|58|XX).*")
        ? sql.refused(pg, before)
        : cause;
  }
}
