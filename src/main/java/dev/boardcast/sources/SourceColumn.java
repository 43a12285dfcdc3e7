package dev.boardcast.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.spi.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A column of a source that boards use.
 *
 * @param name as in the table
 * @param type of the column that keeps its values, such as {@code numeric}
 * @param sourceType SQL that is the type's oid: a number for a type of PostgreSQL, else a look-up
 *     by name, since such an oid differs between servers
 */
record SourceColumn(String name, String type, String sourceType) {
  /** Types whose values are equal exactly if they look the same, by their names in the catalog. */
  private static final Map<String, String> STORED =
      Map.ofEntries(
          Map.entry("bool", "boolean"),
          Map.entry("int2", "smallint"),
          Map.entry("int4", "integer"),
          Map.entry("int8", "bigint"),
          Map.entry("numeric", "numeric"),
          Map.entry("float4", "real"),
          Map.entry("float8", "double precision"),
          Map.entry("text", "text"),
          Map.entry("varchar", "text"),
          Map.entry("bpchar", "text"),
          Map.entry("date", "date"),
          Map.entry("time", "time"),
          Map.entry("timestamp", "timestamp"),
          Map.entry("timestamptz", "timestamptz"),
          Map.entry("uuid", "uuid"));

  static final String EXPECTED =
      "boolean, smallint, integer, bigint, numeric, real, double precision, text, varchar, char,"
          + " date, time, timestamp, timestamptz, uuid or an enum";

  /**
   * The type in which values of a type of PostgreSQL are kept.
   *
   * @param name of the type in {@code pg_type}, that of a domain being the one below it
   * @return empty for a type whose values cannot be kept
   */
  static Optional<String> stored(String name, boolean isEnum) {
    return isEnum ? Optional.of("text") : Optional.ofNullable(STORED.get(name));
  }

  /** Columns as the table {@code source} has them. */
  static String json(List<SourceColumn> columns) {
    try {
      return Json.MAPPER.writeValueAsString(columns);
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException(defect);
    }
  }

  /** The value of a row of the source, in the type that keeps it. */
  String value() {
    return Identifiers.quoted(name) + "::" + type;
  }
}
