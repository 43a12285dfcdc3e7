package dev.boardcast.boards.yaml;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fact of a declared board as a client sent it: values by field, checked by {@link FactCheck}.
 */
final class FactFields {
  static final String EVENT_ID = "event_id";

  private final Map<String, JsonNode> fields;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  FactFields(LinkedHashMap<String, JsonNode> fields) {
    this.fields = fields;
  }

  Iterable<String> names() {
    return fields.keySet();
  }

  /** The value of a field; null if it is absent or null. */
  JsonNode get(String name) {
    JsonNode value = fields.get(name);
    return value == null || value.isNull() ? null : value;
  }

  String text(String name) {
    JsonNode value = get(name);
    return value == null ? null : value.textValue();
  }

  Long integer(String name) {
    JsonNode value = get(name);
    return value == null ? null : value.longValue();
  }

  BigDecimal decimal(String name) {
    JsonNode value = get(name);
    return value == null ? null : value.decimalValue();
  }

  Boolean flag(String name) {
    JsonNode value = get(name);
    return value == null ? null : value.booleanValue();
  }

  Instant time(String name) {
    JsonNode value = get(name);
    return value == null ? null : read(value, Instant.class);
  }

  /** The value as the node reads it everywhere; null if it is not one. */
  static <T> T read(JsonNode value, Class<T> type) {
    try {
      return Json.MAPPER.treeToValue(value, type);
    } catch (JsonProcessingException | IllegalArgumentException invalid) {
      return null;
    }
  }
}
