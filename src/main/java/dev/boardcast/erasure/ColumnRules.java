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
 * says. Columns of other tables, such as those of boards of an application, have the rule {@link
 * Rule#TEXT}.
 */
final class ColumnRules {
  private static final Pattern LINE =
      Pattern.compile("(\\w+)(?: follows (\\w+))?(?: where ([^:]+))?: (.+)");

  /** What becomes of a value. */
  enum Rule {
    /** A value that equals the user becomes the pseudonym. */
    ID,
    /** The user within a text becomes the pseudonym. */
    TEXT,
    /** The row is deleted if the value equals the user. */
    DELETE,
    /** The row is deleted if the user is in the text. */
    DROP,
    /** The value is emptied if the column {@code actor} is the user. */
    ACTOR,
    /** The value cannot hold a user. */
    NONE
  }

  /**
   * The rules of a table.
   *
   * @param board whose rollup it is, computed again from its facts; empty for others
   * @param where a condition on the rows of a rollup that name users
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
