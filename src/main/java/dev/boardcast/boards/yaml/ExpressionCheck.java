package dev.boardcast.boards.yaml;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Checks that expressions depend on a fact alone: PostgreSQL accepts an expression in an index only
 * if it has no subquery and calls immutable functions only. Needs an empty temporary table {@link
 * #FACTS} with the columns of the facts, in a transaction that will be rolled back.
 */
final class ExpressionCheck {
  static final String FACTS = "boardcast_board_facts";
  private static final String INDEX = "boardcast_board_index";
  private static final String INDEXED =
      """
      SELECT i.indnatts = 1 AS is_one, i.indpred IS NOT NULL AS has_where,
             format_type(a.atttypid, a.atttypmod) AS type,
             a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
               'numeric'::regtype, 'float4'::regtype, 'float8'::regtype) AS is_number
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = 1
      WHERE i.indexrelid = to_regclass($1)""";

  private ExpressionCheck() {}

  /**
   * Checks a value.
   *
   * @return a row with its {@code type} and whether it {@code is_number}; fails with {@link
   *     InvalidBoardFileException}
   */
  static Future<Row> value(SqlConnection tx, FileSql sql) {
    return index(tx, "((", sql, "\n))", false);
  }

  /** As {@link #value} for a text made of the value. */
  static Future<Row> text(SqlConnection tx, FileSql sql) {
    return index(tx, "(((", sql, "\n)::text))", false);
  }

  /** Checks a condition on facts. */
  static Future<Row> condition(SqlConnection tx, FileSql sql) {
    return index(tx, "(tx) WHERE (", sql, "\n)", true);
  }

  /**
   * Requires a number.
   *
   * @param column of {@link #value}
   */
  static Row number(Row column, FileSql value, String what) {
    if (column.getBoolean("is_number")) return column;
    throw new InvalidBoardFileException(
        value.position(), what + " of " + column.getString("type") + ", expected a number");
  }

  private static Future<Row> index(
      SqlConnection tx, String open, FileSql sql, String close, boolean hasWhere) {
    String before = "CREATE INDEX " + INDEX + " ON " + FACTS + " " + open;
    return QueryCheck.prepared(tx, before, sql, close)
        .compose(made -> tx.preparedQuery(INDEXED).execute(Tuple.of("pg_temp." + INDEX)))
        .map(
            rows -> {
              Row column = rows.iterator().next();
              if (column.getBoolean("is_one") && column.getBoolean("has_where") == hasWhere) {
                return column;
              }
              throw new InvalidBoardFileException(sql.position(), "expected one expression");
            })
        .compose(column -> tx.query("DROP INDEX pg_temp." + INDEX).execute().map(column));
  }
}
