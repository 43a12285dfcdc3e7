package dev.boardcast.erasure;

import dev.boardcast.erasure.ColumnRules.Rule;
import dev.boardcast.erasure.SweptTable.Column;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the tables of the schema that can hold a user, partitions one by one, with the rules of
 * their columns. Tables of sources are left out: they follow the application's tables.
 */
final class TableCatalog {
  private static final String COLUMNS =
      """
      SELECT c.relname AS leaf, coalesce(root.relname, c.relname) AS root, a.attname AS name,
             t.typname AS type
      FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attgenerated = ''
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_class root ON c.relispartition AND root.oid = pg_partition_root(c.oid)
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
        AND t.typname IN ('text', 'varchar', '_text', '_varchar', 'json', 'jsonb')
        AND c.relname NOT LIKE 'flyway\\_%' AND c.relname NOT LIKE 'source\\_%'
      ORDER BY root.relname = 'event_log', coalesce(root.relname, c.relname), c.relname, a.attnum""";

  private static final String SEALED = "sealed_";

  private TableCatalog() {}

  /**
   * Reads the tables.
   *
   * @param boards whose rollups are computed again
   */
  static Future<List<SweptTable>> read(SqlClient client, List<Board> boards) {
    Map<String, String> rollups = new LinkedHashMap<>();
    for (Board board : boards) {
      for (String rollup : board.rollups()) rollups.put(rollup, board.name());
    }
    return client
        .query(COLUMNS)
        .execute()
        .map(
            rows -> {
              Map<String, String> roots = new LinkedHashMap<>();
              Map<String, List<Column>> columns = new LinkedHashMap<>();
              for (Row row : rows) {
                String leaf = row.getString("leaf");
                String root = row.getString("root");
                String name = row.getString("name");
                roots.put(leaf, root);
                String type = row.getString("type");
                var rule = rule(root, name, type);
                if (rule != Rule.NONE) {
                  columns
                      .computeIfAbsent(leaf, first -> new ArrayList<>())
                      .add(new Column(name, type, rule));
                }
              }
              List<SweptTable> tables = new ArrayList<>();
              columns.forEach((leaf, of) -> tables.add(table(leaf, roots.get(leaf), of, rollups)));
              return tables;
            });
  }

  private static SweptTable table(
      String leaf, String root, List<Column> columns, Map<String, String> rollups) {
    var rules = ColumnRules.of(rollup(root));
    // Sealed sums are not computed again.
    var board =
        isSealed(root)
            ? Optional.<String>empty()
            : rules
                .flatMap(ColumnRules.TableRules::board)
                .or(() -> Optional.ofNullable(rollups.get(leaf)));
    return new SweptTable(
        leaf, root, board, rules.map(ColumnRules.TableRules::where).orElse("true"), columns);
  }

  private static boolean isSealed(String table) {
    return table.startsWith(SEALED);
  }

  /** Sealed sums have the columns of their rollup. */
  private static String rollup(String table) {
    return isSealed(table) ? table.substring(SEALED.length()) : table;
  }

  private static Rule rule(String table, String column, String type) {
    // Which time a row is of, in the sums of a declared board: a user may be called "day".
    if (isSealed(table) && column.equals("span")) return Rule.NONE;
    return ColumnRules.of(rollup(table))
        .flatMap(rules -> rules.of(column))
        // Sums of a declared board have values of the facts in columns of other names.
        .orElseGet(() -> isSealed(table) ? Rule.VALUE : Rule.guessed(column, type));
  }
}
