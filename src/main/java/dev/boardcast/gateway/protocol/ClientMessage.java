package dev.boardcast.gateway.protocol;

import java.util.List;

/** What a client can say. */
public sealed interface ClientMessage {
  /**
   * A topic asked for.
   *
   * @param since the offset to go on from; null for from now on
   */
  record Wanted(String topic, String since) {}

  record Subscribe(List<Wanted> topics) implements ClientMessage {}

  record Unsubscribe(List<String> topics) implements ClientMessage {}

  record Ping() implements ClientMessage {}

  /** A token, as the first frame or to renew. */
  record Auth(String token) implements ClientMessage {
    @Override
    public String toString() {
      return "Auth[…]";
    }
  }

  /** Something an older client says that needs no answer. */
  record Ignored() implements ClientMessage {}

  /** Something of a type this dialect does not know. */
  record Unknown() implements ClientMessage {}
}
