package dev.boardcast.erasure;

import dev.boardcast.erasure.ColumnRules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A table that can hold a user, and the statements that find and change its rows. In these, {@code
 * $1} is the user, {@code $2} the terms of {@link NamePattern}, {@code $3} the pseudonym, {@code
 * $4} and {@code $5} the user as in names of parts of boards and as in JSON.
 *
 * @param name of the table, or of a partition of it
 * @param root the name of the whole table
 * @param board whose rollup it is: computed again, not changed; empty for others
 * @param where a condition on the rows that may name users
 */
record SweptTable(
    String name, String root, Optional<String> board, String where, List<Column> columns) {
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
      if (rule == Rule.ACTOR) return "(actor = $1 AND " + column + " <> '')";
      if (rule.isExact()) return isArray() ? column + " @> ARRAY[$1]" : column + " = $1";
      if (rule.isDocument()) return "(%s AND %s IS NOT NULL)".formatted(mayName(), document());
      return isArray()
          ? "EXISTS (SELECT FROM unnest(" + column + ") AS e WHERE " + found("e") + ")"
          : found(column);
    }

    /** Quick, and true of all texts that the expression matches. */
    private String found(String text) {
      return "((strpos(%1$s, $1) > 0 OR strpos(%1$s, $4) > 0) AND %1$s ~ ($2 ->> '%2$s'))"
          .formatted(text, rule.text());
    }

    // Characters may be escaped.
    private String mayName() {
      // OFFSET: the text is made once.
      return """
      (SELECT strpos(d, $1) > 0 OR strpos(d, $4) > 0 OR strpos(d, $5) > 0 OR strpos(d, '\\') > 0
       FROM (SELECT %s::text OFFSET 0) AS given (d))"""
          .formatted(quoted());
    }

    private String document() {
      return "erased_document(%s::text, $2, $3, %s)".formatted(quoted(), rule == Rule.NUMBERS);
    }

    private String replaced() {
      String column = quoted();
      if (rule == Rule.ACTOR) {
        return "%1$s = CASE WHEN actor = $1 THEN '' ELSE %1$s END".formatted(column);
      }
      if (rule.isDocument()) {
        String cast = type.startsWith("json") ? "::" + type : "";
        return "%1$s = CASE WHEN %2$s THEN coalesce(%3$s%4$s, %1$s) ELSE %1$s END"
            .formatted(column, mayName(), document(), cast);
      }
      if (!isArray()) return column + " = " + renamed(column);
      return """
      %1$s = CASE WHEN %1$s IS NULL THEN NULL ELSE
        ARRAY(SELECT %2$s FROM unnest(%1$s) WITH ORDINALITY AS a (e, i) ORDER BY i) END"""
          .formatted(column, renamed("e"));
    }

    private String renamed(String text) {
      return rule == Rule.ID
          ? "CASE WHEN %1$s = $1 THEN $3 ELSE %1$s END".formatted(text)
          : "coalesce(regexp_replace(%1$s, $2 ->> '%2$s', $3, 'g'), %1$s)"
              .formatted(text, rule.text());
    }
  }

  boolean isRollup() {
    return board.isPresent();
  }

  /** The statements that change the rows of a range of blocks, each counting its rows. */
  List<String> changes(long fromBlock) {
    List<String> statements = new ArrayList<>();
    String gone = condition(column -> column.rule().isRemoval());
    if (!gone.isEmpty()) {
      statements.add(
          bound("DELETE FROM " + quoted() + " WHERE (" + gone + ")" + range(fromBlock, BLOCKS)));
    }
    String changed = condition(column -> !column.rule().isRemoval());
    if (!changed.isEmpty()) {
      String set =
          columns.stream()
              .filter(column -> !column.rule().isRemoval())
              .map(Column::replaced)
              .collect(Collectors.joining(", "));
      // A snapshot without a new version is not told to those who have the one before.
      if (name.equals("board_state")) set += ", version = version + 1";
      statements.add(
          bound(
              "UPDATE %s SET %s WHERE (%s)%s"
                  .formatted(quoted(), set, changed, range(fromBlock, BLOCKS))));
    }
    return statements;
  }

  /** Whether a row names the user. */
  String isFound() {
    return bound(
        "SELECT EXISTS (SELECT FROM %s WHERE (%s) AND (%s))"
            .formatted(quoted(), condition(column -> true), where));
  }

  /** Counts the rows of a range of blocks that name the user. */
  String count(long fromBlock, long blocks) {
    return bound(
        "SELECT count(*) FROM %s WHERE (%s)%s"
            .formatted(quoted(), condition(column -> true), range(fromBlock, blocks)));
  }

  private String range(long from, long blocks) {
    return " AND (" + where + ")" + BLOCK_RANGE.formatted(from, from + blocks);
  }

  private String condition(Predicate<Column> of) {
    return columns.stream().filter(of).map(Column::matches).collect(Collectors.joining(" OR "));
  }

  // Every statement has all parameters, whichever it needs.
  private static String bound(String statement) {
    return "WITH given AS (SELECT $1::text, $2::jsonb, $3::text, $4::text, $5::text) " + statement;
  }

  /** The name in SQL. */
  String quoted() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
