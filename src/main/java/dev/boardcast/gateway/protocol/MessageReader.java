package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Decodes messages of the native protocol, strictly. The server answers as follows:
 *
 * <table>
 * <caption>Answers</caption>
 * <tr><td>not JSON, trailing text, a repeated field, not an object</td><td>4400</td></tr>
 * <tr><td>{@code type} missing, not a string, or unknown</td><td>4400</td></tr>
 * <tr><td>a field missing, of the wrong type, or unknown</td><td>4400 naming the field</td></tr>
 * <tr><td>a binary message, text that is not UTF-8</td><td>4400</td></tr>
 * <tr><td>a frame or message larger than allowed</td><td>1009</td></tr>
 * <tr><td>more messages, fragments, pings and pongs in a second than allowed, or more
 *     topics requested</td><td>4429</td></tr>
 * <tr><td>an invalid token</td><td>4401</td></tr>
 * <tr><td>another user's token</td><td>4403</td></tr>
 * <tr><td>a topic that is unknown, forbidden, or exceeds the limit</td>
 *     <td>{@code error} naming it; the others go on</td></tr>
 * <tr><td>a {@code since} of an unknown history</td>
 *     <td>{@code subscribed} with {@code recovered: false}</td></tr>
 * <tr><td>unsubscribing from a topic without a subscription</td><td>nothing</td></tr>
 * </table>
 */
final class MessageReader {
  private static final int MAX_TOKEN = 8192;

  private MessageReader() {}

  static ClientMessage read(String text) {
    JsonNode message = object(text);
    String type = string(message, "type", "a string", 32);
    switch (type) {
      case "subscribe" -> {
        allowOnly(message, "type", "topics");
        return new ClientMessage.Subscribe(requests(topics(message)));
      }
      case "unsubscribe" -> {
        allowOnly(message, "type", "topics");
        return new ClientMessage.Unsubscribe(names(topics(message)));
      }
      case "ping" -> {
        allowOnly(message, "type");
        return new ClientMessage.Ping();
      }
      case "auth" -> {
        allowOnly(message, "type", "token");
        return auth(message);
      }
      default -> throw new MalformedMessage("type", "subscribe, unsubscribe, ping or auth");
    }
  }

  static ClientMessage.Auth auth(JsonNode message) {
    return new ClientMessage.Auth(string(message, "token", "a token", MAX_TOKEN));
  }

  /** Parses {@code text}, which must be exactly one JSON object. */
  static JsonNode object(String text) {
    try {
      JsonNode message = Json.MAPPER.readTree(text);
      if (message != null && message.isObject()) return message;
    } catch (JsonProcessingException notJson) {
      // Reported below: the parser's message is not for clients.
    }
    throw new MalformedMessage("message", "one JSON object");
  }

  private static List<TopicRequest> requests(JsonNode topics) {
    var requests = new ArrayList<TopicRequest>();
    for (JsonNode topic : topics) {
      if (topic.isTextual()) {
        requests.add(new TopicRequest(topic.textValue(), null));
      } else if (topic.isObject()) {
        allowOnly(topic, "topic", "since");
        String since =
            topic.path("since").isMissingNode() || topic.path("since").isNull()
                ? null
                : string(topic, "since", "an offset", 64);
        requests.add(new TopicRequest(string(topic, "topic", "a string", 256), since));
      } else {
        throw new MalformedMessage("topics", "strings or {topic, since}");
      }
    }
    return requests;
  }

  private static List<String> names(JsonNode topics) {
    var names = new ArrayList<String>();
    for (JsonNode topic : topics) {
      if (!topic.isTextual()) throw new MalformedMessage("topics", "strings");
      names.add(topic.textValue());
    }
    return names;
  }

  private static JsonNode topics(JsonNode message) {
    JsonNode topics = message.path("topics");
    if (!topics.isArray() || topics.isEmpty()) {
      throw new MalformedMessage("topics", "a list of at least one topic");
    }
    return topics;
  }

  private static String string(JsonNode message, String field, String expected, int maxLength) {
    JsonNode value = message.path(field);
    if (!value.isTextual() || value.textValue().isEmpty())
      throw new MalformedMessage(field, expected);
    if (value.textValue().length() > maxLength) {
      throw new MalformedMessage(field, "at most " + maxLength + " characters");
    }
    return value.textValue();
  }

  private static void allowOnly(JsonNode message, String... allowed) {
    var fields = Set.of(allowed);
    message
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!fields.contains(field)) {
                String named = field.length() > 32 ? field.substring(0, 32) : field;
                throw new MalformedMessage(named, "no such field");
              }
            });
  }
}
