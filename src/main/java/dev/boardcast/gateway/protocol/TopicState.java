package dev.boardcast.gateway.protocol;

/**
 * A subscription of a session.
 *
 * @param offset where it stands; null while that is not known
 */
public record TopicState(String topic, String offset) {}
