package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.RawJson;
import java.util.List;

/** A decoded message of a client. */
public sealed interface ClientMessage {
  record Subscribe(List<TopicRequest> topics) implements ClientMessage {}

  record Unsubscribe(List<String> topics) implements ClientMessage {}

  record Ping() implements ClientMessage {}

  /**
   * An event for an application stream.
   *
   * @param data one JSON object
   * @param id unique for the user and the topic
   */
  record Publish(String topic, String eventType, RawJson data, String id)
      implements ClientMessage {}

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
   * A message of a type that the dialect does not know; answered by an error.
   *
   * @param expected the types that it knows, for the error
   * @param id of the request, which the error repeats; null where it has none
   */
  record Unknown(String expected, JsonNode id) implements ClientMessage {}
}
