package dev.boardcast.boards.yaml;

import dev.boardcast.spi.Json;
import java.util.List;
import java.util.Set;

/** Writes the snapshots of a board as an interface of TypeScript. */
final class TypeScriptTypes {
  private final StringBuilder text = new StringBuilder();

  private TypeScriptTypes() {}

  static String of(BoardTypes board) {
    var types = new TypeScriptTypes();
    String name = new TypeNames(Set.of()).type(board.name());
    types.text.append(
        """
        // Made by boardcast board types.

        /** %s: the metrics of the board %s, the data of its messages. */
        export interface %s\s"""
            .formatted(comment(board.title()), board.name(), name));
    types.members(board.shape(), "");
    types.text.append('\n');
    if (!board.parameters().isEmpty()) types.parameters(name, board.parameters());
    return types.text.toString();
  }

  private void members(MetricShape.Members object, String indent) {
    text.append("{\n");
    object
        .members()
        .forEach(
            (name, shape) -> {
              if (described(shape) instanceof MetricShape.Value value) {
                text.append(indent).append("  /** ");
                text.append(comment(value.description())).append(". */\n");
              } else if (shape instanceof MetricShape.Text words) {
                text.append(indent).append("  /** ");
                text.append(comment(words.description())).append(". */\n");
              }
              text.append(indent).append("  ").append(key(name)).append(": ");
              type(shape, indent + "  ");
              text.append(";\n");
            });
    text.append(indent).append('}');
  }

  private void type(MetricShape shape, String indent) {
    if (shape instanceof MetricShape.Value value) {
      text.append(value.canBeNull() ? "number | null" : "number");
    } else if (shape instanceof MetricShape.Text words) {
      text.append(words.canBeNull() ? "string | null" : "string");
    } else if (shape instanceof MetricShape.State state) {
      for (String each : state.states()) text.append(Json.encode(each)).append(" | ");
      text.append("null");
    } else if (shape instanceof MetricShape.Keyed keyed) {
      text.append("Record<string, ");
      type(keyed.each(), indent);
      text.append('>');
    } else {
      members((MetricShape.Members) shape, indent);
    }
  }

  private void parameters(String name, List<BoardTypes.Parameter> parameters) {
    text.append(
        """

        /** The values by which a part of the board is chosen. */
        export interface %sParameters {
        """
            .formatted(name));
    for (BoardTypes.Parameter each : parameters) {
      String type =
          switch (each.type()) {
            case TEXT -> "string";
            case INTEGER -> "number | string";
            case BOOLEAN -> "boolean";
            case UNKNOWN -> "string | number | boolean";
          };
      text.append("  ").append(key(each.name())).append(each.isRequired() ? ": " : "?: ");
      text.append(type).append(";\n");
    }
    text.append("}\n");
  }

  /** What a comment describes: a value, or that of each key. */
  private static MetricShape described(MetricShape shape) {
    return shape instanceof MetricShape.Keyed keyed ? keyed.each() : shape;
  }

  private static String key(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : Json.encode(name);
  }

  private static String comment(String words) {
    return words.replace("*/", "* /").replaceAll("\\R", " ");
  }
}
