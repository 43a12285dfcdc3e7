package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.spi.RawJson;
import io.vertx.core.MultiMap;
import java.util.List;

/** A decoded message of a client. */
public sealed interface ClientMessage {
  record Subscribe(List<TopicRequest> topics) implements ClientMessage {}

  record Unsubscribe(List<String> topics) implements ClientMessage {}

  record Ping() implements ClientMessage {}

  /**
   * A message for an application stream.
   *
   * @param data one JSON object
   * @param id unique for the user and the topic; null for a message that is not stored and needs no
   *     answer
   * @param durable whether it is an event, which is stored
   * @param key of a message that is not stored; null for none
   */
  record Publish(
      String topic, String eventType, RawJson data, String id, boolean durable, String key)
      implements ClientMessage {
    /** An event. */
    public Publish(String topic, String eventType, RawJson data, String id) {
      this(topic, eventType, data, id, true, null);
    }
  }

  /** A message that publishes and has a member that is wrong. */
  record InvalidPublish(PublishRefusal refusal) implements ClientMessage {}

  /** A token, in the first frame or to renew the session. */
  record Auth(String token) implements ClientMessage {
    @Override
    public String toString() {
      return "Auth[…]";
    }
  }

  /** A message of an older client that needs no answer. */
  record Ignored() implements ClientMessage {}

  /**
   * Asks for the session's subscriptions.
   *
   * @param id that the answer repeats; null for none
   */
  record State(JsonNode id) implements ClientMessage {}

  /**
   * Asks for the past of a topic.
   *
   * @param parameters as of the HTTP API
   * @param id that the answer repeats; null for none
   */
  record History(String topic, MultiMap parameters, JsonNode id) implements ClientMessage {}

  /**
   * Says that the session is present on a topic that it is subscribed to, or no longer.
   *
   * @param data what its user shows; null to leave that as it is
   * @param id that the answer repeats; null for none
   */
  record Presence(String topic, PresenceData data, boolean present, JsonNode id)
      implements ClientMessage {}

  /**
   * A request with a member that is not as it should be; answered by an error.
   *
   * @param topic of the request; null where it has none
   * @param id of the request; null where it has none
   */
  record Invalid(String field, String expected, String topic, JsonNode id)
      implements ClientMessage {}

  /**
   * A message of a type that the dialect does not know; answered by an error.
   *
   * @param expected the types that it knows, for the error
   * @param id of the request, which the error repeats; null where it has none
   */
  record Unknown(String expected, JsonNode id) implements ClientMessage {}
}
