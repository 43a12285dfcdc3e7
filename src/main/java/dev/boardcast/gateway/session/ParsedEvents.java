package dev.boardcast.gateway.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The data of events as trees, for filters: parsed once, however many filters and catch-ups look at
 * an event. Keeps the last few, and none that is large. One event loop.
 */
final class ParsedEvents {
  private static final int MAX_KEPT = 128;
  private static final int MAX_LENGTH = 16 << 10;

  private final Map<EventMessage, JsonNode> trees = new LinkedHashMap<>();

  JsonNode tree(EventMessage message) {
    JsonNode known = trees.get(message);
    if (known != null) return known;
    RawJson data = message.event().data();
    JsonNode tree = parse(data);
    if (data.text().length() > MAX_LENGTH) return tree;
    if (trees.size() >= MAX_KEPT) trees.remove(trees.keySet().iterator().next());
    trees.put(message, tree);
    return tree;
  }

  static JsonNode parse(RawJson data) {
    try {
      return Json.MAPPER.readTree(data.text());
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException("the data of an event is JSON", defect);
    }
  }
}
