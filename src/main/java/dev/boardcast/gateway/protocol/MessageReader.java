package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes messages of the native protocol: members that it knows strictly, others are ignored, so
 * that a newer client can use an older node. The server answers as follows:
 *
 * <table>
 * <caption>Answers</caption>
 * <tr><td>not JSON, trailing text, a repeated field, not an object</td><td>4400</td></tr>
 * <tr><td>{@code type} missing or not a string</td><td>4400</td></tr>
 * <tr><td>a {@code type} that is unknown</td>
 *     <td>{@code error} {@code unknown_message} with the {@code id} of the message</td></tr>
 * <tr><td>a field missing or of the wrong type</td><td>4400 naming the field</td></tr>
 * <tr><td>a field of {@code history} or {@code presence} missing or of the wrong type</td>
 *     <td>{@code error} {@code invalid} naming it</td></tr>
 * <tr><td>a text or binary message that is not UTF-8, a message not compressed as agreed</td>
 *     <td>1007</td></tr>
 * <tr><td>a frame or message larger than allowed</td><td>1009</td></tr>
 * <tr><td>more messages, fragments, pings and pongs in a second than allowed, or more
 *     topics requested</td><td>4429</td></tr>
 * <tr><td>an invalid token</td><td>4401</td></tr>
 * <tr><td>another user's token</td><td>4403</td></tr>
 * <tr><td>a topic that is unknown, forbidden, or exceeds the limit</td>
 *     <td>{@code error} naming it; the others go on</td></tr>
 * <tr><td>an option of a topic that has the wrong type or does not fit the topic</td>
 *     <td>{@code error} {@code invalid} naming it; none of the message's topics is subscribed, or
 *     not that one</td></tr>
 * <tr><td>a {@code since} of an unknown history</td>
 *     <td>{@code subscribed} with {@code recovered: false}</td></tr>
 * <tr><td>{@code publish} with a field missing, of the wrong type or not allowed</td>
 *     <td>{@code error} naming field and {@code id}; nothing is published</td></tr>
 * <tr><td>unsubscribing from a topic without a subscription</td><td>nothing</td></tr>
 * </table>
 */
final class MessageReader {
  private static final int MAX_TOKEN = 8192;
  private static final int MAX_ID = 128;
  private static final String TYPES =
      "subscribe, unsubscribe, publish, presence, ping, auth, state or history";

  private MessageReader() {}

  static ClientMessage read(String text) {
    JsonNode message = object(text);
    if (!message.path("type").isTextual()) throw new MalformedMessage("type", "a string");
    return switch (message.path("type").textValue()) {
      case "subscribe" -> TopicRequestReader.read(topics(message), id(message));
      case "unsubscribe" -> new ClientMessage.Unsubscribe(names(topics(message)));
      case "publish" -> PublishReader.read(text, message);
      case "presence" -> PresenceReader.read(message, id(message));
      case "ping" -> new ClientMessage.Ping();
      case "auth" -> auth(message);
      case "state" -> new ClientMessage.State(id(message));
      case "history" -> HistoryReader.read(message, id(message));
      default -> new ClientMessage.Unknown(TYPES, id(message));
    };
  }

  /** The id of a request; null where it has none that an answer can repeat. */
  private static JsonNode id(JsonNode message) {
    JsonNode id = message.path("id");
    boolean text = id.isTextual() && id.textValue().length() <= MAX_ID;
    return text || id.isIntegralNumber() ? id : null;
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

  static String string(JsonNode message, String field, String expected, int maxLength) {
    JsonNode value = message.path(field);
    if (!value.isTextual() || value.textValue().isEmpty())
      throw new MalformedMessage(field, expected);
    if (value.textValue().length() > maxLength) {
      throw new MalformedMessage(field, "at most " + maxLength + " characters");
    }
    return value.textValue();
  }
}
