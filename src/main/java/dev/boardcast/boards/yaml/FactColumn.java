package dev.boardcast.boards.yaml;

import java.math.BigDecimal;
import java.util.Set;

/**
 * A column of a board's own fact table, which is also a field of the facts that clients send.
 *
 * @param isRequired whether a fact without the field is refused
 * @param values the texts that are allowed; empty for all
 * @param min the least number, null for none
 * @param max the greatest number, null for none
 */
record FactColumn(
    SourcePosition position,
    Type type,
    boolean isRequired,
    Set<String> values,
    BigDecimal min,
    BigDecimal max) {

  /** The type of a column. */
  enum Type {
    TEXT("text"),
    INTEGER("bigint"),
    DECIMAL("numeric"),
    BOOLEAN("boolean"),
    TIME("timestamptz");

    private final String sql;

    Type(String sql) {
      this.sql = sql;
    }

    /** The SQL type. */
    String sql() {
      return sql;
    }

    boolean isNumber() {
      return this == INTEGER || this == DECIMAL;
    }
  }
}
