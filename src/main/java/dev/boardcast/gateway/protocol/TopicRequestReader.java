package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import java.util.ArrayList;
import java.util.List;

/** Decodes a list of requested topics: names, or objects with offset and options. */
public final class TopicRequestReader {
  private static final String PARAMETER = "subscribe";

  private TopicRequestReader() {}

  /**
   * Decodes a list in a message.
   *
   * @return a {@link ClientMessage.Subscribe}, or {@link ClientMessage.Invalid} naming an option
   * @throws MalformedMessage when topics or offsets are wrong
   */
  static ClientMessage read(JsonNode topics, JsonNode id) {
    var requests = new ArrayList<TopicRequest>();
    for (JsonNode topic : topics) {
      try {
        requests.add(request(topic));
      } catch (InvalidOption wrong) {
        return new ClientMessage.Invalid(
            wrong.field(), wrong.expected(), topic.path("topic").textValue(), id);
      }
    }
    return new ClientMessage.Subscribe(requests);
  }

  /**
   * Decodes a list in the query of a request.
   *
   * @throws Problem 400 naming what is wrong
   */
  public static List<TopicRequest> parse(String json) {
    JsonNode topics = tree(json);
    if (topics == null || !topics.isArray() || topics.isEmpty()) {
      throw Problem.invalid(PARAMETER, "a JSON array of topics, as in the message subscribe");
    }
    var requests = new ArrayList<TopicRequest>();
    for (JsonNode topic : topics) {
      try {
        requests.add(request(topic));
      } catch (InvalidOption wrong) {
        throw Problem.invalid(PARAMETER + "." + wrong.field(), wrong.expected());
      } catch (MalformedMessage wrong) {
        throw Problem.invalid(PARAMETER, "topics as in the message: " + wrong.getMessage());
      }
    }
    return requests;
  }

  private static JsonNode tree(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  private static TopicRequest request(JsonNode topic) {
    if (topic.isTextual()) return new TopicRequest(topic.textValue(), null);
    if (!topic.isObject()) throw new MalformedMessage("topics", "strings or {topic, since}");
    JsonNode known = topic.path("since");
    String since =
        known.isMissingNode() || known.isNull()
            ? null
            : MessageReader.string(topic, "since", "an offset", 64);
    String name = MessageReader.string(topic, "topic", "a string", 256);
    JsonNode presence = topic.path("presence");
    PresenceReader.checkOption(presence)
        .ifPresent(
            wrong -> {
              throw new InvalidOption(wrong.field(), wrong.expected());
            });
    return new TopicRequest(
        name, since, SubscribeOptionsReader.read(topic), PresenceReader.option(presence));
  }
}
