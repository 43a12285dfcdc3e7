package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a native client's message, strictly. What becomes of what comes in:
 *
 * <table>
 * <caption>Outcomes</caption>
 * <tr><td>not JSON, trailing text, a repeated field, not an object</td><td>4400</td></tr>
 * <tr><td>{@code type} missing, not a string, or unknown</td><td>4400</td></tr>
 * <tr><td>a field missing, of the wrong type, or unknown</td><td>4400 naming the field</td></tr>
 * <tr><td>a binary message, text that is not UTF-8</td><td>4400</td></tr>
 * <tr><td>a frame or message over the bound</td><td>1009</td></tr>
 * <tr><td>more messages, fragments, pings and pongs in a second than allowed, or more
 *     topics asked for</td><td>4429</td></tr>
 * <tr><td>a token that is not accepted</td><td>4401</td></tr>
 * <tr><td>another user's token</td><td>4403</td></tr>
 * <tr><td>a topic that does not exist, is not one's own, or is one too many</td>
 *     <td>{@code error} naming it; the others go on</td></tr>
 * <tr><td>a {@code since} that means nothing here</td>
 *     <td>{@code subscribed} with {@code recovered: false}</td></tr>
 * <tr><td>unsubscribing from a topic not followed</td><td>nothing</td></tr>
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
        only(message, "type", "topics");
        return new ClientMessage.Subscribe(wanted(list(message)));
      }
      case "unsubscribe" -> {
        only(message, "type", "topics");
        return new ClientMessage.Unsubscribe(names(list(message)));
      }
      case "ping" -> {
        only(message, "type");
        return new ClientMessage.Ping();
      }
      case "auth" -> {
        only(message, "type", "token");
        return auth(message);
      }
      default -> throw new MalformedMessage("type", "subscribe, unsubscribe, ping or auth");
    }
  }

  static ClientMessage.Auth auth(JsonNode message) {
    return new ClientMessage.Auth(string(message, "token", "a token", MAX_TOKEN));
  }

  /** The one JSON object that {@code text} must be. */
  static JsonNode object(String text) {
    try {
      JsonNode message = Json.MAPPER.readTree(text);
      if (message != null && message.isObject()) return message;
    } catch (JsonProcessingException notJson) {
      // Said below, without the parser's words.
    }
    throw new MalformedMessage("message", "one JSON object");
  }

  private static List<ClientMessage.Wanted> wanted(JsonNode topics) {
    var wanted = new ArrayList<ClientMessage.Wanted>();
    for (JsonNode topic : topics) {
      if (topic.isTextual()) {
        wanted.add(new ClientMessage.Wanted(topic.textValue(), null));
      } else if (topic.isObject()) {
        only(topic, "topic", "since");
        String since =
            topic.path("since").isMissingNode() || topic.path("since").isNull()
                ? null
                : string(topic, "since", "an offset", 64);
        wanted.add(new ClientMessage.Wanted(string(topic, "topic", "a string", 256), since));
      } else {
        throw new MalformedMessage("topics", "strings or {topic, since}");
      }
    }
    return wanted;
  }

  private static List<String> names(JsonNode topics) {
    var names = new ArrayList<String>();
    for (JsonNode topic : topics) {
      if (!topic.isTextual()) throw new MalformedMessage("topics", "strings");
      names.add(topic.textValue());
    }
    return names;
  }

  private static JsonNode list(JsonNode message) {
    JsonNode topics = message.path("topics");
    if (!topics.isArray() || topics.isEmpty()) {
      throw new MalformedMessage("topics", "a list of at least one topic");
    }
    return topics;
  }

  private static String string(JsonNode message, String field, String expected, int longest) {
    JsonNode value = message.path(field);
    if (!value.isTextual() || value.textValue().isEmpty())
      throw new MalformedMessage(field, expected);
    if (value.textValue().length() > longest) {
      throw new MalformedMessage(field, "at most " + longest + " characters");
    }
    return value.textValue();
  }

  private static void only(JsonNode message, String... known) {
    var fields = Set.of(known);
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
