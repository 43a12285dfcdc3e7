package dev.boardcast.boards.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Sums over facts, by some keys, in a table that follows the facts: only new ones are added.
 *
 * @param table its name, from which the file's queries read
 * @param facts the table of facts, and where the file names it
 * @param where which facts count, all of them when empty
 * @param keys expressions over a fact; one row per combination of their values
 * @param sums expressions over a fact that are numbers
 */
record FileRollup(
    String table,
    String facts,
    SourcePosition place,
    Optional<FileSql> where,
    Map<String, FileSql> keys,
    Map<String, FileSql> sums) {

  /** The name of a board's table. */
  static String table(String board) {
    return board + "_rollup";
  }

  /** As {@link dev.boardcast.spi.Board#fold} asks for; {@code $1} is the watermark. */
  String fold() {
    List<String> taken = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    keys.forEach(
        (name, sql) -> {
          columns.add(quoted(name));
          taken.add("(" + sql.text() + "\n)");
        });
    sums.forEach(
        (name, sql) -> {
          columns.add(quoted(name));
          taken.add("coalesce(sum((" + sql.text() + "\n)::numeric), 0)");
        });
    String groups =
        java.util.stream.IntStream.rangeClosed(1, keys.size())
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
            String.join(", ", taken),
            quoted(facts),
            where.map(sql -> " AND (" + sql.text() + "\n)").orElse(""),
            groups,
            names(keys),
            added);
  }

  /**
   * The columns of the table, and what makes its rows unique: also where a key is NULL.
   *
   * @param types SQL types of the keys
   */
  String columns(Map<String, String> types) {
    List<String> columns = new ArrayList<>();
    keys.keySet().forEach(name -> columns.add(quoted(name) + " " + types.get(name)));
    sums.keySet().forEach(name -> columns.add(quoted(name) + " numeric NOT NULL"));
    return "(%s, UNIQUE NULLS NOT DISTINCT (%s)) WITH (fillfactor = 70)"
        .formatted(String.join(", ", columns), names(keys));
  }

  /** What the rows of the table depend on. */
  String meaning() {
    return fold();
  }

  private static String names(Map<String, FileSql> columns) {
    return columns.keySet().stream().map(FileRollup::quoted).collect(Collectors.joining(", "));
  }

  static String quoted(String name) {
    return '"' + name + '"';
  }
}
