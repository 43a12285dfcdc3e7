package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Measure.OfFacts;
import dev.boardcast.spi.FactRelation;
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
import java.util.stream.Collectors;

/**
 * Finds the columns of a source that a declared board uses: views over an empty table depend on
 * them, in a transaction that is rolled back.
 */
final class UsedColumns {
  private static final String BEGIN = "BEGIN; SET LOCAL statement_timeout = 10000";
  private static final String VIEW = "boardcast_board_value";
  private static final String COLUMNS =
      """
      SELECT DISTINCT a.attname AS name
      FROM pg_rewrite w
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass($2)
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE w.ev_class = to_regclass($1)""";

  private final Declaration file;
  private final Map<String, String> columns;

  /**
   * @param columns SQL types by name, as a source keeps them
   */
  UsedColumns(Declaration file, Map<String, String> columns) {
    this.file = file;
    this.columns = new LinkedHashMap<>(columns);
    // No expression can name it: identifiers of ours are quoted as they are.
    this.columns.keySet().removeIf(name -> name.contains("\""));
  }

  /**
   * Checks the board as if the source had all columns, then finds those that it uses.
   *
   * @return in the order of the table; fails with {@link InvalidBoardFileException}
   */
  Future<List<String>> find(Pool pool) {
    var source = file.source().orElseThrow();
    if (!"timestamptz".equals(columns.get(file.time()))) {
      throw InvalidBoardFileException.value(
          source.position(),
          "time",
          file.time(),
          "a column of " + source.key() + " of type timestamptz");
    }
    var facts = new FactRelation(ExpressionCheck.FACTS, columns, file.time(), true);
    return new DeclarationCheck(file, facts)
        .run(pool)
        .compose(
            valid ->
                pool.withConnection(
                    own ->
                        own.query(BEGIN)
                            .execute()
                            .compose(begun -> used(own))
                            .eventually(() -> own.query("ROLLBACK").execute())))
        .map(used -> columns.keySet().stream().filter(used::contains).toList());
  }

  private Future<Set<String>> used(SqlConnection tx) {
    Set<String> used = new LinkedHashSet<>(Set.of(file.time()));
    file.parameters().forEach(each -> used.add(each.column()));
    String types =
        columns.entrySet().stream()
            .map(column -> FileRollup.quoted(column.getKey()) + " " + column.getValue())
            .collect(Collectors.joining(", "));
    Future<?> read =
        tx.query("CREATE TEMP TABLE %s (%s)".formatted(ExpressionCheck.FACTS, types)).execute();
    for (FileSql sql : expressions()) read = read.compose(ok -> add(tx, sql, used));
    return read.map(used);
  }

  private List<FileSql> expressions() {
    List<FileSql> all = new ArrayList<>(file.dimensions().values());
    for (DeclaredMetric metric : file.metrics()) {
      if (!(metric.measure() instanceof OfFacts of)) continue;
      of.value().ifPresent(all::add);
      of.where().ifPresent(all::add);
    }
    return all;
  }

  private static Future<?> add(SqlConnection tx, FileSql sql, Set<String> used) {
    String before = "CREATE TEMP VIEW " + VIEW + " AS SELECT (";
    String after = "\n) AS value FROM " + ExpressionCheck.FACTS;
    return QueryCheck.prepared(tx, before, sql, after)
        .compose(
            made ->
                tx.preparedQuery(COLUMNS)
                    .execute(Tuple.of("pg_temp." + VIEW, "pg_temp." + ExpressionCheck.FACTS)))
        .compose(
            rows -> {
              for (Row row : rows) used.add(row.getString("name"));
              return tx.query("DROP VIEW pg_temp." + VIEW).execute();
            });
  }
}
