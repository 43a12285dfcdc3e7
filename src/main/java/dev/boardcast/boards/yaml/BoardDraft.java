package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.FactColumn.Type;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A board file of version 2 for facts like the rows of a table: a start for its author. */
final class BoardDraft {
  private static final String COLUMNS =
      """
      SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS required
      FROM pg_attribute a
      WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum""";
  private static final Map<String, Type> TYPES =
      Map.ofEntries(
          Map.entry("text", Type.TEXT),
          Map.entry("character varying", Type.TEXT),
          Map.entry("character", Type.TEXT),
          Map.entry("uuid", Type.TEXT),
          Map.entry("smallint", Type.INTEGER),
          Map.entry("integer", Type.INTEGER),
          Map.entry("bigint", Type.INTEGER),
          Map.entry("numeric", Type.DECIMAL),
          Map.entry("real", Type.DECIMAL),
          Map.entry("double precision", Type.DECIMAL),
          Map.entry("boolean", Type.BOOLEAN),
          Map.entry("timestamp with time zone", Type.TIME));
  private static final int MAX_DIMENSIONS = 3;

  private record Column(String name, Type type, boolean isRequired) {}

  private final String name;
  private final List<Column> columns = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private BoardDraft(String name) {
    this.name = name;
  }

  static Future<String> of(Pool pool, String table) {
    return pool.preparedQuery(COLUMNS)
        .execute(Tuple.of(table))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw new IllegalArgumentException("there is no table " + table);
              }
              String name = table.replaceFirst("^.*\\.", "").toLowerCase(Locale.ROOT);
              var draft = new BoardDraft(name.replaceAll("[^a-z0-9_]", "_"));
              for (Row row : rows) draft.add(row);
              return draft.text(table);
            });
  }

  private void add(Row row) {
    String column = row.getString("name");
    Type type = TYPES.get(row.getString("type"));
    boolean isName = column.matches("[a-z][a-z0-9_]{0,39}");
    boolean isOurs = List.of("id", "event_id", "tx", "sign").contains(column);
    if (type == null || !isName || isOurs) leftOut.add(column + " (" + row.getString("type") + ")");
    else columns.add(new Column(column, type, row.getBoolean("required")));
  }

  private String text(String table) {
    Optional<String> time = first(Type.TIME);
    if (time.isEmpty()) {
      throw new IllegalArgumentException(
          "table "
              + table
              + " has no column of type timestamp with time zone, which a board needs");
    }
    var text = new StringBuilder("version: 2\nname: ").append(name).append("\ntitle: ");
    text.append(words(name)).append("\nzone: UTC\nfacts:\n");
    for (Column column : columns) {
      String type = column.type().name().toLowerCase(Locale.ROOT);
      text.append("  ").append(column.name()).append(": ");
      text.append(column.isRequired() ? type : "{type: " + type + ", required: false}");
      text.append('\n');
    }
    for (String column : leftOut) text.append("  # left out: ").append(column).append('\n');
    text.append("time: ").append(time.get()).append('\n');
    List<String> dimensions =
        columns.stream()
            .filter(column -> column.type() == Type.TEXT)
            .map(Column::name)
            .limit(MAX_DIMENSIONS)
            .toList();
    if (!dimensions.isEmpty()) {
      text.append("dimensions: [").append(String.join(", ", dimensions)).append("]\n");
    }
    text.append("metrics:\n  facts: {count: all, label: Facts}\n");
    text.append("  today: {count: all, window: today, label: Today}\n");
    for (Column column : columns) {
      if (!column.type().isNumber()) continue;
      text.append(
          "  %1$s.sum: {sum: '\"%1$s\"', label: %2$s}\n  %1$s.mean: {avg: '\"%1$s\"', label: %2$s (mean)}\n"
              .formatted(column.name(), words(column.name())));
    }
    for (String dimension : dimensions) {
      text.append(
          "  by_%s: {count: all, by: %s, top: 10, label: By %s}\n"
              .formatted(dimension, dimension, words(dimension).toLowerCase(Locale.ROOT)));
    }
    return text.toString();
  }

  private Optional<String> first(Type type) {
    return columns.stream().filter(column -> column.type() == type).map(Column::name).findFirst();
  }

  private static String words(String name) {
    String words = name.replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
