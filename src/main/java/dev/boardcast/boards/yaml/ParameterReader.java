package dev.boardcast.boards.yaml;

import dev.boardcast.spi.BoardParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the parameters of a board file of version 2. */
final class ParameterReader {
  // What addresses of boards have besides.
  private static final Set<String> RESERVED =
      Set.of(
          "after",
          "board",
          "compare",
          "format",
          "from",
          "key",
          "limit",
          "metric",
          "since",
          "step",
          "subscribe",
          "to",
          "token",
          "topics",
          "with");
  static final List<String> KEYS = List.of("column", "claim", "required");
  private static final Set<FactColumn.Type> TYPES =
      Set.of(FactColumn.Type.TEXT, FactColumn.Type.INTEGER, FactColumn.Type.BOOLEAN);
  private static final Pattern CLAIM = Pattern.compile("[\\x21-\\x7e]{1,200}");

  private final YamlValue.Keyed file;
  private final Map<String, FactColumn> columns;
  private final List<DeclaredParameter> parameters = new ArrayList<>();

  /**
   * @param columns of the board's own facts; empty with a source
   */
  ParameterReader(YamlValue.Keyed file, Map<String, FactColumn> columns) {
    this.file = file;
    this.columns = columns;
  }

  List<DeclaredParameter> parameters() {
    if (!file.has("parameters")) return List.of();
    if (file.entries().get("parameters") instanceof YamlValue.Sequence list) {
      for (var text : list.texts("parameters")) {
        add(text.position(), text.text(), text.text(), Optional.empty(), false);
      }
    } else {
      var named = file.keyed("parameters");
      for (String name : named.entries().keySet()) add(name, named);
    }
    var position = file.keys().get("parameters");
    if (parameters.isEmpty()) {
      throw new InvalidBoardFileException(
          position, "parameters is empty, expected columns of facts");
    }
    BoardFileLimits.atMost(BoardParameter.MAX, parameters.size(), "parameters", position);
    return parameters;
  }

  private void add(String name, YamlValue.Keyed named) {
    var declared = named.keyed(name);
    declared.knowsOnly(" in parameter " + name, KEYS);
    Optional<String> claim = Optional.empty();
    if (declared.has("claim")) {
      var text = declared.text("claim");
      if (!CLAIM.matcher(text.text()).matches()) {
        throw InvalidBoardFileException.value(
            text.position(), "claim", text.text(), "the name of a claim such as site_id");
      }
      claim = Optional.of(text.text());
    }
    boolean isRequired =
        declared.has("required") && BoardFileLimits.flag("required", declared.text("required"));
    if (declared.has("column")) {
      var column = declared.text("column");
      add(column.position(), name, column.text(), claim, isRequired);
    } else {
      add(named.keys().get(name), name, name, claim, isRequired);
    }
  }

  private void add(
      SourcePosition position,
      String name,
      String column,
      Optional<String> claim,
      boolean isRequired) {
    BoardFileLimits.name("a parameter's name", name, position);
    if (RESERVED.contains(name)) {
      throw InvalidBoardFileException.value(
          position,
          "a parameter's name",
          name,
          "another name: addresses of boards have "
              + String.join(", ", RESERVED.stream().sorted().toList()));
    }
    if (!file.has("source") && !columns.containsKey(column)) {
      throw InvalidBoardFileException.value(position, "a parameter", column, "a column of facts");
    }
    requireType(position, column);
    if (parameters.stream().anyMatch(other -> other.name().equals(name))) {
      throw new InvalidBoardFileException(position, "\"" + name + "\" occurs twice");
    }
    parameters.add(new DeclaredParameter(position, name, column, claim, isRequired));
  }

  private void requireType(SourcePosition position, String column) {
    if (file.has("source")) return;
    FactColumn.Type type = columns.get(column).type();
    if (TYPES.contains(type)) return;
    throw InvalidBoardFileException.value(
        position,
        "a parameter",
        column + " " + type.name().toLowerCase(Locale.ROOT),
        "a column of facts of type text, integer or boolean");
  }
}
