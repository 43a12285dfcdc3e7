package dev.boardcast.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.util.TreeMap;

/** The shape of JSON without its values: names, nesting, kinds. */
final class Shape {
  private Shape() {}

  /**
   * The same text for two values of the same shape; an array has the shape of its first element.
   */
  static String of(String json) {
    try {
      return of(Json.MAPPER.readTree(json));
    } catch (JsonProcessingException broken) {
      throw new AssertionError("not JSON: " + json, broken);
    }
  }

  private static String of(JsonNode value) {
    if (value.isObject()) {
      var fields = new TreeMap<String, String>();
      value.properties().forEach(each -> fields.put(each.getKey(), of(each.getValue())));
      return fields.toString();
    }
    if (value.isArray()) return value.isEmpty() ? "[]" : "[" + of(value.get(0)) + "]";
    return value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }
}
