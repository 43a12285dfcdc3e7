package dev.boardcast.sources;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names and texts as parts of SQL. */
final class Identifiers {
  private Identifiers() {}

  /** A quoted identifier. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A quoted name in a schema. */
  static String quoted(String schema, String name) {
    return quoted(schema) + "." + quoted(name);
  }

  /** A quoted text. */
  static String literal(String text) {
    String quoted = "'" + text.replace("'", "''") + "'";
    return text.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
  }

  /** Quoted identifiers, separated by commas. */
  static String list(Collection<String> names) {
    return names.stream().map(Identifiers::quoted).collect(Collectors.joining(", "));
  }
}
