package dev.boardcast.gateway.protocol;

/**
 * A topic that a client asks to subscribe to.
 *
 * @param since the offset to resume after; null to start with new events
 * @param options how the client wants it
 * @param presence whether the client is present there; null to leave that as it is
 */
public record TopicRequest(
    String topic, String since, SubscribeOptions options, PresenceOption presence) {
  /** Without options. */
  public TopicRequest(String topic, String since) {
    this(topic, since, SubscribeOptions.NONE, null);
  }

  /** The same by another name. */
  public TopicRequest withTopic(String other) {
    return new TopicRequest(other, since, options, presence);
  }

  /** The same with another offset. */
  public TopicRequest withSince(String other) {
    return new TopicRequest(topic, other, options, presence);
  }
}
