package dev.boardcast.erasure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an erasure does with each column that can hold a text, by table, as {@code columns.txt}
 * says. Columns of other tables, such as those of boards of an application, have the rule that
 * {@link Rule#guessed} tells by their names.
 */
final class ColumnRules {
  private static final Pattern LINE =
      Pattern.compile("(\\w+)(?: follows (\\w+))?(?: where ([^:]+))?: (.+)");

  /** What becomes of a value: see {@code columns.txt}. */
  enum Rule {
    ID,
    VALUE,
    TEXT,
    OTHER,
    STREAM,
    TARGET,
    METRIC,
    PART,
    ORIGIN,
    JSON,
    NUMBERS,
    DELETE,
    DROP,
    ACTOR,
    NONE;

    /** The rule of a column that has none, such as those of boards of an application. */
    static Rule guessed(String column, String type) {
      return type.startsWith("json") ? JSON : valueOf(KeyKind.of(column).name());
    }

    /** Whether the row is deleted. */
    boolean isRemoval() {
      return this == DELETE || this == DROP;
    }

    /** Whether the value is compared as a whole. */
    boolean isExact() {
      return this == ID || this == DELETE;
    }

    boolean isDocument() {
      return this == JSON || this == NUMBERS;
    }

    /** The name in the terms of {@link NamePattern}. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The rules of a table.
   *
   * @param board whose rollup it is, computed again from its facts; empty for others
   * @param where a condition on the rows that may name users
   */
  record TableRules(Optional<String> board, String where, Map<String, Rule> columns) {
    /** The rule of a column; empty if none is known. */
    Optional<Rule> of(String column) {
      return Optional.ofNullable(columns.get(column));
    }
  }

  private static final Map<String, TableRules> TABLES = read();

  private ColumnRules() {}

  /** The rules of a table; empty for a table that no migration of ours creates. */
  static Optional<TableRules> of(String table) {
    return Optional.ofNullable(TABLES.get(table));
  }

  /** All tables with rules. */
  static Map<String, TableRules> tables() {
    return TABLES;
  }

  private static Map<String, TableRules> read() {
    Map<String, TableRules> tables = new LinkedHashMap<>();
    try (InputStream file = ColumnRules.class.getResourceAsStream("columns.txt")) {
      new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> add(tables, line));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return Map.copyOf(tables);
  }

  private static void add(Map<String, TableRules> tables, String line) {
    var match = LINE.matcher(line);
    if (!match.matches()) throw new IllegalStateException("columns.txt: " + line);
    Map<String, Rule> columns = new LinkedHashMap<>();
    for (String each : match.group(4).split(", ")) {
      String[] pair = each.split(" ");
      columns.put(pair[0], Rule.valueOf(pair[1].toUpperCase(Locale.ROOT)));
    }
    var rules =
        new TableRules(
            Optional.ofNullable(match.group(2)),
            match.group(3) == null ? "true" : match.group(3),
            Map.copyOf(columns));
    tables.put(match.group(1), rules);
  }
}
