package dev.boardcast.boards.yaml;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks that a rollup depends on its facts alone: PostgreSQL accepts an expression in an index
 * only if it has no subquery and calls immutable functions only. Creates an empty temporary table
 * with the rollup's name, which the checks of the file's queries read.
 */
final class RollupCheck {
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
                    .formatted(ExpressionCheck.FACTS, FileRollup.quoted(rollup.facts())))
            .execute();
    for (var key : rollup.keys().entrySet()) {
      checked =
          checked
              .compose(ok -> ExpressionCheck.value(tx, key.getValue()))
              .onSuccess(column -> types.put(key.getKey(), column.getString("type")));
    }
    for (FileSql sum : rollup.sums().values()) {
      checked =
          checked
              .compose(ok -> ExpressionCheck.value(tx, sum))
              .map(column -> ExpressionCheck.number(column, sum, "a sum"));
    }
    if (rollup.where().isPresent()) {
      checked = checked.compose(ok -> ExpressionCheck.condition(tx, rollup.where().get()));
    }
    return checked
        .compose(
            ok -> tx.query("CREATE TEMP TABLE " + rollup.table() + rollup.columns(types)).execute())
        .compose(ok -> tx.prepare(rollup.fold()))
        .compose(fold -> fold.close())
        .recover(cause -> Future.failedFuture(QueryCheck.explain(cause, whole(), "")))
        .map(types);
  }

  /** The position for errors that belong to no single expression. */
  private FileSql whole() {
    return new FileSql("", rollup.position(), false);
  }
}
