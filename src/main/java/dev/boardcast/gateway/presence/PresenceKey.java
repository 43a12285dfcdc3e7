package dev.boardcast.gateway.presence;

/** A user on a topic. */
record PresenceKey(String topic, String user) {}
