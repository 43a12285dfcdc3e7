package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.FactColumn.Type;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a column of the facts of a board file: its type alone, or keys with values. */
final class FactColumnReader {
  static final List<String> KEYS = List.of("type", "required", "values", "min", "max");

  private static final int MAX_VALUES = 100;
  private static final String TYPES = "text, integer, decimal, boolean or time";

  private FactColumnReader() {}

  static FactColumn read(
      String name, SourcePosition position, YamlValue.Keyed columns, YamlValue declared) {
    if (!(declared instanceof YamlValue.Keyed keyed)) {
      return new FactColumn(position, type(columns.text(name)), true, Set.of(), null, null);
    }
    keyed.knowsOnly(" of a column", KEYS);
    Type type = type(keyed.text("type"));
    return new FactColumn(
        position,
        type,
        isRequired(keyed),
        values(keyed, type),
        bound("min", keyed, type),
        bound("max", keyed, type));
  }

  private static Type type(YamlValue.Text text) {
    for (Type type : Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(text.text())) return type;
    }
    throw InvalidBoardFileException.value(text.position(), "type", text.text(), TYPES);
  }

  private static boolean isRequired(YamlValue.Keyed column) {
    return !column.has("required") || BoardFileLimits.flag("required", column.text("required"));
  }

  private static Set<String> values(YamlValue.Keyed column, Type type) {
    if (!column.has("values")) return Set.of();
    var position = column.keys().get("values");
    if (type != Type.TEXT) {
      throw new InvalidBoardFileException(position, "values belong to columns of type text");
    }
    Set<String> values = new LinkedHashSet<>();
    for (var text : column.texts("values")) values.add(text.text());
    BoardFileLimits.atMost(MAX_VALUES, values.size(), "values", position);
    if (values.isEmpty()) {
      throw new InvalidBoardFileException(position, "values is empty, expected at least one text");
    }
    return values;
  }

  private static BigDecimal bound(String key, YamlValue.Keyed column, Type type) {
    if (!column.has(key)) return null;
    if (!type.isNumber()) {
      throw new InvalidBoardFileException(
          column.keys().get(key), key + " belongs to columns of type integer or decimal");
    }
    return BoardFileLimits.number(key, column.text(key));
  }
}
