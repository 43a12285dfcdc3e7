package dev.boardcast.erasure;

import dev.boardcast.erasure.ColumnRules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table that can hold a user, and the statements that find and change its rows. In these, {@code
 * $1} is the user, {@code $2} the regular expression and {@code $3} the pseudonym.
 *
 * @param name of the table, or of a partition of it
 * @param board whose rollup it is: computed again, not changed; empty for others
 * @param where a condition on the rows of a rollup that name users
 */
record SweptTable(String name, Optional<String> board, String where, List<Column> columns) {
  // A block is 8 KiB: the most rows of one transaction are those in 2 MiB.
  static final int BLOCKS = 256;

  private static final String BLOCK_RANGE = " AND ctid >= '(%d,0)'::tid AND ctid < '(%d,0)'::tid";

  /** A column. */
  record Column(String name, String type, Rule rule) {
    private boolean isArray() {
      return type.equals("_text") || type.equals("_varchar");
    }

    private String quoted() {
      return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Whether a row's value is of the user. */
    private String matches() {
      String column = quoted();
      boolean isExact = rule == Rule.ID || rule == Rule.DELETE;
      if (rule == Rule.ACTOR) return "(actor = $1 AND " + column + " <> '')";
      if (isArray()) {
        return isExact
            ? column + " @> ARRAY[$1::text]"
            : "EXISTS (SELECT FROM unnest(" + column + ") AS e WHERE e ~ $2)";
      }
      return isExact ? column + " = $1" : column + "::text ~ $2";
    }

    private String replaced() {
      String column = quoted();
      if (rule == Rule.ACTOR) {
        return "%1$s = CASE WHEN actor = $1 THEN '' ELSE %1$s END".formatted(column);
      }
      if (isArray()) {
        String each =
            rule == Rule.ID
                ? "CASE WHEN e = $1 THEN $3 ELSE e END"
                : "regexp_replace(e, $2, '\\1' || $3, 'g')";
        return """
        %1$s = CASE WHEN %1$s IS NULL THEN NULL ELSE
          ARRAY(SELECT %2$s FROM unnest(%1$s) WITH ORDINALITY AS a (e, i) ORDER BY i) END"""
            .formatted(column, each);
      }
      if (rule == Rule.ID) {
        return "%1$s = CASE WHEN %1$s = $1 THEN $3 ELSE %1$s END".formatted(column);
      }
      String cast = type.startsWith("json") ? "::" + type : "";
      return "%1$s = regexp_replace(%1$s::text, $2, '\\1' || $3, 'g')%2$s".formatted(column, cast);
    }
  }

  /** Whether no rule says that the table can hold a user. */
  boolean isEmpty() {
    return columns.isEmpty();
  }

  boolean isRollup() {
    return board.isPresent();
  }

  /** The statements that change the rows of a range of blocks, each counting its rows. */
  List<String> changes(long fromBlock) {
    List<String> statements = new ArrayList<>();
    String range = BLOCK_RANGE.formatted(fromBlock, fromBlock + BLOCKS);
    String gone = condition(column -> isRemoval(column.rule()));
    if (!gone.isEmpty()) {
      statements.add(bound("DELETE FROM " + quoted() + " WHERE (" + gone + ")" + range));
    }
    String changed = condition(column -> !isRemoval(column.rule()));
    if (!changed.isEmpty()) {
      String set =
          columns.stream()
              .filter(column -> !isRemoval(column.rule()))
              .map(Column::replaced)
              .collect(Collectors.joining(", "));
      // A snapshot without a new version is not told to those who have the one before.
      if (name.equals("board_state")) set += ", version = version + 1";
      statements.add(
          bound("UPDATE " + quoted() + " SET " + set + " WHERE (" + changed + ")" + range));
    }
    return statements;
  }

  /** Counts the rows that name the user. */
  String count() {
    String found = condition(column -> true);
    return bound("SELECT count(*) FROM " + quoted() + " WHERE (" + found + ") AND (" + where + ")");
  }

  private String condition(java.util.function.Predicate<Column> of) {
    return columns.stream().filter(of).map(Column::matches).collect(Collectors.joining(" OR "));
  }

  // Every statement has all parameters, whichever it needs.
  private static String bound(String statement) {
    return "WITH given AS (SELECT $1::text, $2::text, $3::text) " + statement;
  }

  private static boolean isRemoval(Rule rule) {
    return rule == Rule.DELETE || rule == Rule.DROP;
  }

  private String quoted() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
