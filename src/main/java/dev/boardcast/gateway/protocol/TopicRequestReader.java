package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Decodes a list of requested topics: names, or objects with offset and options. */
public final class TopicRequestReader {
  private static final String PARAMETER = "subscribe";
  private static final int MAX_TOPIC = BoardPart.MAX_NAME;
  private static final int MAX_NAME = 63;
  private static final int MAX_VALUE = 1_000; // characters; a longer one is no value of any board

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
    String name = MessageReader.string(topic, "topic", "a string", MAX_TOPIC);
    JsonNode with = topic.path("with");
    if (!with.isMissingNode() && !with.isNull()) name = named(name, with);
    JsonNode presence = topic.path("presence");
    PresenceReader.checkOption(presence)
        .ifPresent(
            wrong -> {
              throw new InvalidOption(wrong.field(), wrong.expected());
            });
    return new TopicRequest(
        name, since, SubscribeOptionsReader.read(topic), PresenceReader.option(presence));
  }

  /** The name of a board with values of parameters. */
  private static String named(String board, JsonNode with) {
    if (!with.isObject() || with.isEmpty() || with.size() > BoardParameter.MAX) {
      throw new InvalidOption(
          "with", "an object with values of 1 to %d parameters".formatted(BoardParameter.MAX));
    }
    if (BoardPart.isPart(board)) throw new InvalidOption("with", "none beside values in the topic");
    var values = new TreeMap<String, String>();
    with.properties()
        .forEach(
            each -> {
              JsonNode value = each.getValue();
              boolean isValue =
                  (value.isTextual() || value.isIntegralNumber() || value.isBoolean())
                      && value.asText().length() <= MAX_VALUE;
              if (!isValue || each.getKey().length() > MAX_NAME) {
                throw new InvalidOption(
                    "with." + shown(each.getKey()), "a text, a whole number, true or false");
              }
              values.put(each.getKey(), value.asText());
            });
    return new BoardPart(board, values).name();
  }

  private static String shown(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }
}
