package dev.boardcast.boards.yaml;

import static dev.boardcast.boards.yaml.EstimateText.cost;
import static dev.boardcast.boards.yaml.EstimateText.index;
import static dev.boardcast.boards.yaml.EstimateText.number;
import static dev.boardcast.boards.yaml.EstimateText.rows;

import dev.boardcast.boards.yaml.QueryPlan.Table;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Estimates what a board file costs: rows of its tables, and whether indexes find those that are
 * read. Explains queries in a transaction that is rolled back, and runs none of them.
 */
final class BoardCost {
  /** From so many rows on, a table that is read whole, or as many values, is a warning. */
  static final int LARGE = 10_000;

  private static final int MAX_LINES = 100;
  private static final String BEGIN = "BEGIN; SET LOCAL statement_timeout = 10000";
  // What the planner would do if the table were large.
  private static final String WITH_INDEXES = "SET LOCAL enable_seqscan = off";
  private static final String WITHOUT = "SET LOCAL enable_seqscan = on";
  private static final String EXISTS = "SELECT to_regclass($1) IS NOT NULL";
  private static final String VALUES =
      """
      SELECT CASE WHEN s.n_distinct >= 0 THEN s.n_distinct::bigint
                  ELSE (-s.n_distinct * greatest(c.reltuples, 0))::bigint END
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
      WHERE c.oid = to_regclass($1) AND s.attname = $2
      ORDER BY s.inherited DESC LIMIT 1""";

  private final SqlConnection tx;
  private final List<String> lines = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private BoardCost(SqlConnection tx) {
    this.tx = tx;
  }

  private interface Work {
    Future<?> of(BoardCost cost);
  }

  /**
   * The lines of a report, each with its end, on a file of version 2 that was checked, warnings
   * last.
   */
  static Future<List<String>> of(Pool pool, Declaration file, String facts) {
    return in(pool, cost -> cost.declared(file, facts));
  }

  /** The same on a file with queries. */
  static Future<List<String>> of(Pool pool, BoardFile file, Map<String, String> keyTypes) {
    return in(pool, cost -> cost.queries(file, keyTypes));
  }

  private static Future<List<String>> in(Pool pool, Work work) {
    return pool.withConnection(
        own ->
            own.query(BEGIN)
                .execute()
                .compose(
                    begun -> {
                      var cost = new BoardCost(own);
                      return work.of(cost).map(done -> cost.report());
                    })
                .eventually(() -> own.query("ROLLBACK").execute()));
  }

  private List<String> report() {
    List<String> all = new ArrayList<>(lines.subList(0, Math.min(lines.size(), MAX_LINES)));
    if (lines.size() > MAX_LINES) all.add("and %d more".formatted(lines.size() - MAX_LINES));
    warnings.stream().limit(MAX_LINES).map(each -> "warning: " + each).forEach(all::add);
    return all.stream().map(each -> each + "\n").toList();
  }

  private Future<?> declared(Declaration file, String facts) {
    return exists(FileRollup.quoted(facts))
        .compose(
            isThere -> {
              if (!isThere) {
                lines.add(
                    "%s: does not exist yet; a node makes it, with indexes on tx and %s"
                        .formatted(facts, file.time()));
                return Future.succeededFuture();
              }
              Future<?> told = facts(facts);
              if (file.source().isEmpty()) told = told.compose(ok -> times(facts, file.time()));
              else told = told.compose(ok -> source(file));
              for (String column : splits(file)) {
                told = told.compose(ok -> values(facts, column));
              }
              return told;
            });
  }

  /** The columns by whose values there are keys or parts. */
  private static Set<String> splits(Declaration file) {
    var columns = new LinkedHashSet<String>();
    for (DeclaredMetric metric : file.metrics()) {
      metric.by().map(by -> file.dimensions().get(by).text()).ifPresent(columns::add);
    }
    file.parameters().forEach(each -> columns.add(FileRollup.quoted(each.column())));
    return columns;
  }

  private Future<?> queries(BoardFile file, Map<String, String> keyTypes) {
    Future<?> told = Future.succeededFuture();
    for (String table : file.facts()) told = told.compose(ok -> facts(table));
    if (file.rollup().isPresent()) {
      FileRollup rollup = file.rollup().get();
      told = told.compose(ok -> exists(rollup.table())).compose(is -> rollup(rollup, is, keyTypes));
    }
    Map<String, FileSql> queries = new LinkedHashMap<>();
    file.numbers().ifPresent(sql -> queries.put("numbers", sql));
    file.groups().forEach((name, sql) -> queries.put("groups." + name, sql));
    for (var each : queries.entrySet()) {
      told = told.compose(ok -> query(each.getKey(), each.getValue()));
    }
    return told;
  }

  private Future<?> rollup(FileRollup rollup, boolean isThere, Map<String, String> keyTypes) {
    if (isThere) return Future.succeededFuture();
    return tx.query("CREATE TEMP TABLE " + rollup.table() + rollup.columns(keyTypes)).execute();
  }

  private Future<Boolean> exists(String table) {
    return tx.preparedQuery(EXISTS)
        .execute(Tuple.of(table))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /** New facts are found by their transaction. */
  private Future<?> facts(String table) {
    String quoted = FileRollup.quoted(table);
    return estimate(quoted)
        .compose(
            rows ->
                indexOf("SELECT 1 FROM %s WHERE tx = '1'::xid8".formatted(quoted), table)
                    .map(
                        index -> {
                          lines.add(
                              "%s: %s; new facts are found by %s"
                                  .formatted(table, rows(rows), index(index)));
                          if (index.isEmpty()) {
                            warnings.add(
                                "no index of %s serves tx: each fold reads all of its %s"
                                    .formatted(table, rows(rows)));
                          }
                          return null;
                        }));
  }

  /** Pages of facts are read by time. */
  private Future<?> times(String table, String time) {
    String read =
        "SELECT 1 FROM %1$s WHERE %2$s >= now() - interval '1 day' AND %2$s < now()"
            .formatted(FileRollup.quoted(table), FileRollup.quoted(time));
    return indexOf(read, table)
        .map(
            index -> {
              lines.add("%s: facts of a time are found by %s".formatted(table, index(index)));
              if (index.isEmpty()) {
                warnings.add(
                    "no index of %s serves %s: a page of facts reads all rows"
                        .formatted(table, time));
              }
              return null;
            });
  }

  /** The table of the application, where it is in the same database. */
  private Future<?> source(Declaration file) {
    var source = file.source().get();
    if (source.connection().isPresent()) return Future.succeededFuture();
    String[] names = source.key().split("\\.", 2);
    String quoted = FileRollup.quoted(names[0]) + "." + FileRollup.quoted(names[1]);
    return estimate(quoted)
        .map(
            rows -> {
              lines.add(
                  "%s: %s, all of which a count reads, every --source-recount"
                      .formatted(source.key(), rows(rows)));
              return null;
            });
  }

  private Future<?> values(String table, String column) {
    String name = column.replace("\"", "");
    return tx.preparedQuery(VALUES)
        .execute(Tuple.of(FileRollup.quoted(table), name))
        .map(
            rows -> {
              for (Row row : rows) {
                long values = row.getLong(0);
                lines.add("%s: %s has about %s values".formatted(table, name, number(values)));
                if (values >= LARGE) {
                  warnings.add(
                      "%s of %s has about %s values: rollups have rows for each of them"
                          .formatted(name, table, number(values)));
                }
              }
              return null;
            });
  }

  private Future<?> query(String name, FileSql sql) {
    String query = "SELECT * FROM (\n" + sql.text() + "\n) AS q";
    return QueryPlan.of(tx, query)
        .compose(
            plan ->
                withIndexes(query)
                    .compose(
                        indexed -> {
                          lines.add(
                              "%s: cost %s, %s"
                                  .formatted(name, cost(plan.cost()), rows(plan.rows())));
                          Future<?> told = Future.succeededFuture();
                          for (Table table : plan.searched().keySet()) {
                            if (table.isTemporary()) continue;
                            String index = plan.searched().get(table);
                            String possible = indexed.searched().getOrDefault(table, "");
                            told = told.compose(ok -> read(name, table, index, possible));
                          }
                          return told;
                        }));
  }

  /**
   * Reports a table that a query reads.
   *
   * @param index by which the planner finds rows; empty for none
   * @param possible by which it would if it must not read all of the table
   */
  private Future<?> read(String query, Table table, String index, String possible) {
    return estimate(table.quoted())
        .map(
            rows -> {
              String how =
                  index.isEmpty() && possible.isEmpty()
                      ? "all of them are read"
                      : "rows are found by " + index(index.isEmpty() ? possible : index);
              lines.add("  reads %s: %s; %s".formatted(table.name(), rows(rows), how));
              if (index.isEmpty() && rows >= LARGE) {
                warnings.add(
                    "%s reads all %s of %s at each computation%s"
                        .formatted(
                            query,
                            rows(rows),
                            table.name(),
                            possible.isEmpty()
                                ? ": no index serves its conditions"
                                : ", although there is the index " + possible));
              }
              return null;
            });
  }

  private Future<Long> estimate(String quoted) {
    return QueryPlan.of(tx, "SELECT 1 FROM " + quoted).map(QueryPlan::rows);
  }

  private Future<QueryPlan> withIndexes(String query) {
    return tx.query(WITH_INDEXES)
        .execute()
        .compose(set -> QueryPlan.of(tx, query))
        .compose(plan -> tx.query(WITHOUT).execute().map(plan));
  }

  private Future<String> indexOf(String query, String table) {
    return withIndexes(query)
        .map(
            plan ->
                plan.searched().entrySet().stream()
                    .filter(each -> each.getKey().name().equals(table))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(""));
  }
}
