package dev.boardcast.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows that a declared board counts: a table in Boardcast's schema with the indexed column
 * {@code tx xid8}, whose rows are never updated.
 *
 * @param table its name, without a schema
 * @param columns SQL types of the columns that expressions may use, by name, in order
 * @param time the column with the time of a fact; a fact without a finite time belongs to no window
 *     but the one since ever
 * @param isSigned whether a column {@code sign smallint} says that a row adds (1) or takes back
 *     (-1); without it every row adds
 */
public record FactRelation(
    String table, Map<String, String> columns, String time, boolean isSigned) {
  public FactRelation {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    if (!columns.containsKey(time)) {
      throw new IllegalArgumentException("time was " + time + ", expected one of the columns");
    }
  }

  /** The sign of a row as an SQL expression. */
  public String sign() {
    return isSigned ? "sign" : "1";
  }
}
