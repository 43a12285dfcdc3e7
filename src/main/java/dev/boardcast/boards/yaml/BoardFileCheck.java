package dev.boardcast.boards.yaml;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks a board file against the database, in a transaction that is rolled back: its tables, what
 * its SQL does, and whether columns match descriptions. Reads no facts.
 */
final class BoardFileCheck {
  private static final String BEGIN = "BEGIN; SET LOCAL statement_timeout = 10000";
  private static final String FACTS =
      """
      SELECT c.relkind IN ('r', 'p') AS is_table,
             EXISTS (SELECT FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attname = 'tx'
                       AND a.atttypid = 'xid8'::regtype) AS has_tx,
             EXISTS (SELECT FROM pg_index i JOIN pg_attribute a
                       ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                     WHERE i.indrelid = c.oid AND a.attname = 'tx') AS has_index
      FROM pg_class c WHERE c.oid = to_regclass($1)""";

  private final BoardFile file;

  BoardFileCheck(BoardFile file) {
    this.file = file;
  }

  /**
   * Runs the check.
   *
   * @return SQL types of the rollup's keys; fails with {@link InvalidBoardFileException}, or with
   *     the failure of the database when it is unreachable
   */
  Future<Map<String, String>> run(Pool pool) {
    return pool.withConnection(
        own ->
            own.query(BEGIN)
                .execute()
                .compose(begun -> check(own))
                .eventually(() -> own.query("ROLLBACK").execute()));
  }

  private Future<Map<String, String>> check(SqlConnection tx) {
    Future<?> facts = Future.succeededFuture();
    for (var each : file.triggers().facts().entrySet()) {
      facts = facts.compose(ok -> facts(tx, each.getKey(), each.getValue()));
    }
    return facts
        .compose(
            ok ->
                file.rollup()
                    .map(rollup -> new RollupCheck(rollup).run(tx))
                    .orElse(Future.succeededFuture(Map.of())))
        .compose(types -> queries(tx).map(types));
  }

  private static Future<?> facts(SqlConnection tx, String table, SourcePosition position) {
    return tx.preparedQuery(FACTS)
        .execute(Tuple.of(table))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw new InvalidBoardFileException(position, "there is no table " + table);
              }
              var row = rows.iterator().next();
              if (row.getBoolean("is_table")
                  && row.getBoolean("has_tx")
                  && row.getBoolean("has_index")) {
                return row;
              }
              throw new InvalidBoardFileException(
                  position,
                  table
                      + " is not a fact table: expected a column tx xid8 DEFAULT"
                      + " pg_current_xact_id() with an index on it; triggers by clock need none");
            });
  }

  private Future<?> queries(SqlConnection tx) {
    Map<String, FileSql> queries = new LinkedHashMap<>();
    file.numbers().ifPresent(sql -> queries.put("", sql));
    queries.putAll(file.groups());
    var columns = new BoardQueries(file);
    Future<?> checked = Future.succeededFuture();
    for (var each : queries.entrySet()) {
      checked =
          checked
              .compose(ok -> QueryCheck.columns(tx, each.getValue()))
              .map(found -> columns.add(each.getKey(), each.getValue(), found));
    }
    return checked
        .compose(ok -> QueryCheck.readOnly(tx, queries.values()))
        .map(ok -> columns.compared());
  }
}
