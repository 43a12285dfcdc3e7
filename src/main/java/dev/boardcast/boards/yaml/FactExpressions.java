package dev.boardcast.boards.yaml;

import dev.boardcast.spi.FactRelation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The expressions of a board over its new facts, each computed once per fact: columns of the common
 * table expression {@code f}, beside {@code sign} and {@code at}.
 */
final class FactExpressions {
  /** The name of the key that stands for NULL. */
  static final String NONE = "none";

  private final Map<String, String> columns = new LinkedHashMap<>();

  /** The key of a dimension, never NULL; the empty text without one. */
  String key(Optional<FileSql> dimension) {
    return dimension
        .map(sql -> column("coalesce(value_text((%s\n)), '%s')".formatted(sql.text(), NONE)))
        .orElse("''");
  }

  /** A finite number or NULL. */
  String number(FileSql value) {
    return column("finite_number((%s\n)::numeric)".formatted(value.text()));
  }

  /** The bin of a number, see the function sketch_bin, or NULL. */
  String bin(FileSql value) {
    return column("sketch_bin(finite_number((%s\n)::numeric))".formatted(value.text()));
  }

  /** The cell of a value, see the function distinct_cell, or NULL. */
  String cell(FileSql value) {
    return column("distinct_cell(value_text((%s\n)))".formatted(value.text()));
  }

  /** A text that is equal for equal values, and short enough for an index. */
  String text(FileSql value) {
    return column("value_text((%s\n))".formatted(value.text()));
  }

  /** Whether there is a value. */
  String isPresent(FileSql value) {
    return column("(%s\n) IS NOT NULL".formatted(value.text()));
  }

  /** Whether a fact counts. */
  String where(Optional<FileSql> condition) {
    return condition
        .map(sql -> column("coalesce((%s\n), false)".formatted(sql.text())))
        .orElse("true");
  }

  /** An expression as it is. */
  String plain(String sql) {
    return column(sql);
  }

  /** The start of a statement over the facts that are new since {@code $1}. */
  String with(FactRelation facts) {
    var text = new StringBuilder("WITH f AS MATERIALIZED (\nSELECT ");
    text.append(facts.sign()).append(" AS sign, ");
    String time = FileRollup.quoted(facts.time());
    text.append("CASE WHEN isfinite(%1$s) THEN %1$s END AS at".formatted(time));
    columns.forEach((sql, name) -> text.append(",\n  ").append(sql).append(" AS ").append(name));
    return text.append("\nFROM ")
        .append(FileRollup.quoted(facts.table()))
        .append(" WHERE is_fresh(tx, $1))\n")
        .toString();
  }

  private String column(String sql) {
    return "f." + columns.computeIfAbsent(sql, first -> "e" + (columns.size() + 1));
  }
}
