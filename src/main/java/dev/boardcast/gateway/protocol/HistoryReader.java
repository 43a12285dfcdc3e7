package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.BoardPart;
import io.vertx.core.MultiMap;
import java.util.List;

/**
 * Decodes messages of type {@code history}. Their members are the parameters of the HTTP API;
 * whether one fits the topic, and what it may be, is for the reader of the past.
 */
final class HistoryReader {
  private static final List<String> TEXTS = List.of("after", "before", "from", "to", "step");
  private static final String METRIC = "metric";
  private static final String LIMIT = "limit";
  private static final int MAX_TOPIC = BoardPart.MAX_NAME;
  private static final int MAX_TEXT = 200;
  private static final int MAX_METRICS = 50;

  private HistoryReader() {}

  static ClientMessage read(JsonNode message, JsonNode id) {
    JsonNode topic = message.path("topic");
    if (!isText(topic, MAX_TOPIC)) {
      String expected = "a topic of 1 to " + MAX_TOPIC + " characters";
      return new ClientMessage.Invalid("topic", expected, null, id);
    }
    String name = topic.textValue();
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (String field : TEXTS) {
      JsonNode value = message.path(field);
      if (isAbsent(value)) continue;
      if (!isText(value, MAX_TEXT)) {
        String expected = "a text of 1 to " + MAX_TEXT + " characters";
        return new ClientMessage.Invalid(field, expected, name, id);
      }
      parameters.add(field, value.textValue());
    }
    JsonNode limit = message.path(LIMIT);
    if (!isAbsent(limit)) {
      if (!limit.isInt()) return new ClientMessage.Invalid(LIMIT, "a whole number", name, id);
      parameters.add(LIMIT, limit.asText());
    }
    JsonNode metric = message.path(METRIC);
    if (isAbsent(metric)) return new ClientMessage.History(name, parameters, id);
    Iterable<JsonNode> metrics = metric.isArray() ? metric : List.of(metric);
    for (JsonNode each : metrics) {
      if (!isText(each, MAX_TEXT) || parameters.getAll(METRIC).size() == MAX_METRICS) {
        String expected = "the path of a metric, or a list of at most " + MAX_METRICS;
        return new ClientMessage.Invalid(METRIC, expected, name, id);
      }
      parameters.add(METRIC, each.textValue());
    }
    return new ClientMessage.History(name, parameters, id);
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static boolean isText(JsonNode value, int maxLength) {
    return value.isTextual()
        && !value.textValue().isEmpty()
        && value.textValue().length() <= maxLength;
  }
}
