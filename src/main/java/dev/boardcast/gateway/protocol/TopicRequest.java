package dev.boardcast.gateway.protocol;

/**
 * A topic that a client asks to subscribe to.
 *
 * @param since the offset to resume after; null to start with new events
 */
public record TopicRequest(String topic, String since) {}
