package dev.boardcast.gateway.protocol;

import java.util.List;

/** A decoded message of a client. */
public sealed interface ClientMessage {
  record Subscribe(List<TopicRequest> topics) implements ClientMessage {}

  record Unsubscribe(List<String> topics) implements ClientMessage {}

  record Ping() implements ClientMessage {}

  /** A token, in the first frame or to renew the session. */
  record Auth(String token) implements ClientMessage {
    @Override
    public String toString() {
      return "Auth[…]";
    }
  }

  /** A message of an older client that needs no answer. */
  record Ignored() implements ClientMessage {}

  /** A message of a type that the dialect does not know; answered by an error. */
  record Unknown() implements ClientMessage {}
}
