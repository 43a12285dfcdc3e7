package dev.boardcast.gateway.protocol;

/**
 * A topic that a client asks to subscribe to.
 *
 * @param since the offset to resume after; null to start with new events
 * @param options how the client wants it
 */
public record TopicRequest(String topic, String since, SubscribeOptions options) {
  /** Without options. */
  public TopicRequest(String topic, String since) {
    this(topic, since, SubscribeOptions.NONE);
  }

  /** The same with another offset. */
  public TopicRequest withSince(String other) {
    return new TopicRequest(topic, other, options);
  }
}
