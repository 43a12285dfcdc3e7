package dev.boardcast.boards.yaml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes the snapshots of a board as records of Java that Jackson reads. */
final class JavaTypes {
  // Reserved words, and what every record has.
  private static final Set<String> RESERVED =
      Set.of(
          ("abstract assert boolean break byte case catch char class const continue default do"
                  + " double else enum extends final finally float for goto if implements import"
                  + " instanceof int interface long native new package private protected public"
                  + " return short static strictfp super switch synchronized this throw throws"
                  + " transient try void volatile while true false null _"
                  + " clone finalize getClass hashCode notify notifyAll toString wait")
              .split(" "));
  private static final Set<String> IMPORTED =
      Set.of(
          "BigDecimal",
          "JsonIgnoreProperties",
          "JsonProperty",
          "Long",
          "Map",
          "Override",
          "Record",
          "String");

  private final TypeNames types = new TypeNames(IMPORTED);
  private final Set<String> imports = new TreeSet<>();

  JavaTypes() {
    imports.add("com.fasterxml.jackson.annotation.JsonIgnoreProperties");
    imports.add("com.fasterxml.jackson.annotation.JsonProperty");
  }

  /**
   * @param home the package; empty for none
   */
  static String of(BoardTypes board, String home) {
    var java = new JavaTypes();
    String comment =
        "%s: the metrics of the board {@code %s}. Made by boardcast board types."
            .formatted(javadoc(board.title()), board.name());
    String record = java.record(java.types.type(board.name()), board.shape(), comment, "");
    String imported =
        java.imports.stream().map(each -> "import " + each + ";\n").collect(Collectors.joining());
    return (home.isEmpty() ? "" : "package " + home + ";\n\n") + imported + "\n" + record;
  }

  private String record(String type, MetricShape.Members object, String comment, String indent) {
    var components = new TypeNames(RESERVED);
    Map<String, String> described = new LinkedHashMap<>();
    Map<String, MetricShape.Members> nested = new LinkedHashMap<>();
    String list =
        object.members().entrySet().stream()
            .map(
                each -> {
                  String name = components.member(each.getKey());
                  described.put(name, description(each.getValue()));
                  return "%s    @JsonProperty(\"%s\") %s %s"
                      .formatted(
                          indent,
                          each.getKey(),
                          type(each.getKey(), each.getValue(), nested),
                          name);
                })
            .collect(Collectors.joining(",\n"));
    var text = new StringBuilder();
    text.append(indent).append("/**\n").append(indent).append(" * ").append(comment);
    text.append('\n').append(indent).append(" *\n");
    described.forEach(
        (name, words) -> text.append(indent).append(" * @param %s %s\n".formatted(name, words)));
    text.append(indent).append(" */\n");
    text.append(indent).append("@JsonIgnoreProperties(ignoreUnknown = true)\n");
    text.append(indent).append("public record ").append(type).append("(\n").append(list);
    text.append(") {");
    nested.forEach(
        (inner, members) -> {
          String words = "A part of the metrics.";
          text.append("\n").append(record(inner, members, words, indent + "  "));
        });
    if (!nested.isEmpty()) text.append(indent);
    text.append("}\n");
    return text.toString();
  }

  private String type(String name, MetricShape shape, Map<String, MetricShape.Members> nested) {
    if (shape instanceof MetricShape.Value value) {
      return value.isWhole() && !value.canBeNull() ? "long" : boxed(value);
    }
    if (shape instanceof MetricShape.Text) return "String";
    if (shape instanceof MetricShape.Keyed keyed) return map(each(name, keyed.each(), nested));
    return isOfStates(shape) ? map("String") : each(name, shape, nested);
  }

  /** A type that can be null. */
  private String each(String name, MetricShape shape, Map<String, MetricShape.Members> nested) {
    if (shape instanceof MetricShape.Value value) return boxed(value);
    String type = types.type(name);
    nested.put(type, (MetricShape.Members) shape);
    return type;
  }

  private String boxed(MetricShape.Value value) {
    if (value.isWhole()) return "Long";
    imports.add("java.math.BigDecimal");
    return "BigDecimal";
  }

  private String map(String of) {
    imports.add("java.util.Map");
    return "Map<String, " + of + ">";
  }

  private static String description(MetricShape shape) {
    if (shape instanceof MetricShape.Value value) {
      return javadoc(value.description())
          + (value.canBeNull() ? "; null while it is not known" : "");
    }
    if (shape instanceof MetricShape.Text text) {
      return javadoc(text.description()) + (text.canBeNull() ? "; null while it is not known" : "");
    }
    if (shape instanceof MetricShape.Keyed keyed) {
      return keyed.each() instanceof MetricShape.Value value
          ? javadoc(value.description()) + ", by key"
          : "by key";
    }
    return isOfStates(shape) ? "by the path of a metric; null for none" : "its parts";
  }

  private static boolean isOfStates(MetricShape shape) {
    return shape instanceof MetricShape.Members object
        && object.members().values().stream().allMatch(MetricShape.State.class::isInstance);
  }

  /** Words in a comment: neither its end, nor a tag or an escape. */
  private static String javadoc(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;")
        .replace("\\", "&#92;")
        .replace("{", "&#123;")
        .replace("*/", "*&#47;")
        .replaceAll("\\R", " ");
  }
}
