package dev.boardcast.boards.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rollup of a board file: sums over facts, grouped by keys, to which new facts are added.
 *
 * @param table the name of the rollup table, which the file's queries read
 * @param facts the fact table
 * @param position of the fact table's name
 * @param where a condition on facts; empty for all facts
 * @param keys expressions over a fact, by column name; each combination of values has one row
 * @param sums numeric expressions over a fact, by column name
 */
record FileRollup(
    String table,
    String facts,
    SourcePosition position,
    Optional<FileSql> where,
    Map<String, FileSql> keys,
    Map<String, FileSql> sums) {

  /** The name of a board's rollup table. */
  static String table(String board) {
    return board + "_rollup";
  }

  /** The statement for {@link dev.boardcast.spi.Board#fold}. */
  String fold() {
    List<String> values = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    keys.forEach(
        (name, sql) -> {
          columns.add(quoted(name));
          values.add("(" + sql.text() + "\n)");
        });
    sums.forEach(
        (name, sql) -> {
          columns.add(quoted(name));
          values.add("coalesce(sum((" + sql.text() + "\n)::numeric), 0)");
        });
    String groups =
        IntStream.rangeClosed(1, keys.size())
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", "));
    String added =
        sums.keySet().stream()
            .map(name -> "%1$s = r.%1$s + excluded.%1$s".formatted(quoted(name)))
            .collect(Collectors.joining(", "));
    return """
        INSERT INTO %s AS r (%s)
        SELECT %s
        FROM %s WHERE is_fresh(tx, $1)%s
        GROUP BY %s
        ON CONFLICT (%s) DO UPDATE SET %s"""
        .formatted(
            table,
            String.join(", ", columns),
            String.join(", ", values),
            quoted(facts),
            where.map(sql -> " AND (" + sql.text() + "\n)").orElse(""),
            groups,
            names(keys),
            added);
  }

  /**
   * The column definitions of the table, with a unique constraint on the keys, NULL included.
   *
   * @param types SQL types of the keys, by name
   */
  String columns(Map<String, String> types) {
    List<String> columns = new ArrayList<>();
    keys.keySet().forEach(name -> columns.add(quoted(name) + " " + types.get(name)));
    sums.keySet().forEach(name -> columns.add(quoted(name) + " numeric NOT NULL"));
    return "(%s, UNIQUE NULLS NOT DISTINCT (%s)) WITH (fillfactor = 70)"
        .formatted(String.join(", ", columns), names(keys));
  }

  private static String names(Map<String, FileSql> columns) {
    return columns.keySet().stream().map(FileRollup::quoted).collect(Collectors.joining(", "));
  }

  /** A name as a quoted SQL identifier. */
  static String quoted(String name) {
    return '"' + name + '"';
  }
}
