package dev.boardcast.boards.yaml;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Creates and migrates the fact table that a board file declares. */
final class OwnFactTable {
  private static final String COLUMNS =
      """
      SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type
      FROM pg_attribute a
      WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped""";
  private static final Map<String, String> SHORT =
      Map.of("timestamp with time zone", "timestamptz");

  private final Declaration file;
  private final String table;

  OwnFactTable(Declaration file) {
    this.file = file;
    table = Declaration.factTable(file.name());
  }

  /**
   * Creates the table, or adds the columns that it lacks. Columns that are not declared any more
   * stay, so that the facts of before are complete if they are declared again.
   *
   * @param isOurs whether an earlier version of the board has made the table
   * @return fails with {@link InvalidBoardFileException} if the table is of something else, or a
   *     column has another type
   */
  Future<Void> create(SqlConnection tx, boolean isOurs) {
    return tx.preparedQuery(COLUMNS)
        .execute(Tuple.of(table))
        .compose(
            rows -> {
              if (rows.size() == 0) return create(tx);
              if (!isOurs) {
                throw new InvalidBoardFileException(
                    file.position(),
                    "the table " + table + " exists and does not belong to this board");
              }
              Map<String, String> types = new HashMap<>();
              for (Row row : rows) {
                String type = row.getString("type");
                types.put(row.getString("name"), SHORT.getOrDefault(type, type));
              }
              return migrate(tx, types);
            });
  }

  private Future<Void> create(SqlConnection tx) {
    String columns =
        file.columns().entrySet().stream()
            .map(each -> FileRollup.quoted(each.getKey()) + " " + each.getValue().type().sql())
            .collect(Collectors.joining(", "));
    String time = FileRollup.quoted(file.time());
    List<String> statements =
        List.of(
            """
            CREATE TABLE %s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              event_id text UNIQUE, %s, tx xid8 NOT NULL DEFAULT pg_current_xact_id())"""
                .formatted(table, columns),
            "CREATE INDEX %1$s_tx ON %1$s (tx)".formatted(table),
            "CREATE INDEX %1$s_time ON %1$s (%2$s, id)".formatted(table, time));
    return all(tx, statements);
  }

  private Future<Void> migrate(SqlConnection tx, Map<String, String> types) {
    List<String> statements = new ArrayList<>();
    file.columns()
        .forEach(
            (name, column) -> {
              String type = types.get(name);
              if (type == null) {
                statements.add(
                    "ALTER TABLE %s ADD COLUMN %s %s"
                        .formatted(table, FileRollup.quoted(name), column.type().sql()));
              } else if (!type.equals(column.type().sql())) {
                throw new InvalidBoardFileException(
                    column.position(),
                    "column %s is %s in table %s, expected that type, or a new name"
                        .formatted(name, type, table));
              }
            });
    return all(tx, statements);
  }

  private static Future<Void> all(SqlConnection tx, List<String> statements) {
    Future<?> made = Future.succeededFuture();
    for (String sql : statements) made = made.compose(ok -> tx.query(sql).execute());
    return made.mapEmpty();
  }
}
