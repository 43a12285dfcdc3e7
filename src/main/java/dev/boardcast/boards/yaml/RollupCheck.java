package dev.boardcast.boards.yaml;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks that a rollup depends on its facts alone: PostgreSQL accepts an expression in an index
 * only if it has no subquery and calls immutable functions only. Creates an empty temporary table
 * with the rollup's name, which the checks of the file's queries read.
 */
final class RollupCheck {
  private static final String FACTS = "boardcast_board_facts";
  private static final String INDEX = "boardcast_board_index";
  private static final String INDEXED =
      """
      SELECT i.indnatts = 1 AS is_one, i.indpred IS NOT NULL AS has_where,
             format_type(a.atttypid, a.atttypmod) AS type, t.typcategory = 'N' AS is_number
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = 1
      JOIN pg_type t ON t.oid = a.atttypid
      WHERE i.indexrelid = to_regclass($1)""";

  private final FileRollup rollup;

  RollupCheck(FileRollup rollup) {
    this.rollup = rollup;
  }

  /**
   * Runs the check.
   *
   * @param tx a transaction that will be rolled back
   * @return SQL types of the keys, by name
   */
  Future<Map<String, String>> run(SqlConnection tx) {
    Map<String, String> types = new LinkedHashMap<>();
    Future<?> checked =
        tx.query(
                "CREATE TEMP TABLE %s (LIKE %s)"
                    .formatted(FACTS, FileRollup.quoted(rollup.facts())))
            .execute();
    for (var key : rollup.keys().entrySet()) {
      checked =
          checked
              .compose(ok -> column(tx, key.getValue()))
              .onSuccess(column -> types.put(key.getKey(), column.getString("type")));
    }
    for (FileSql sum : rollup.sums().values()) {
      checked = checked.compose(ok -> column(tx, sum)).map(column -> number(column, sum));
    }
    if (rollup.where().isPresent()) {
      checked = checked.compose(ok -> index(tx, "(tx) WHERE (", rollup.where().get(), "\n)", true));
    }
    return checked
        .compose(
            ok -> tx.query("CREATE TEMP TABLE " + rollup.table() + rollup.columns(types)).execute())
        .compose(ok -> tx.prepare(rollup.fold()))
        .compose(fold -> fold.close())
        .recover(cause -> Future.failedFuture(QueryCheck.explain(cause, whole(), "")))
        .map(types);
  }

  private static Future<Row> column(SqlConnection tx, FileSql sql) {
    return index(tx, "((", sql, "\n))", false);
  }

  private static Row number(Row column, FileSql sum) {
    if (column.getBoolean("is_number")) return column;
    throw new InvalidBoardFileException(
        sum.position(), "a sum of " + column.getString("type") + ", expected a number");
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

  /** The position for errors that belong to no single expression. */
  private FileSql whole() {
    return new FileSql("", rollup.position(), false);
  }
}
