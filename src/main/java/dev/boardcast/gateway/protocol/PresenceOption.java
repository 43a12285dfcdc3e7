package dev.boardcast.gateway.protocol;

import dev.boardcast.bus.PresenceData;

/**
 * Whether a client that subscribes to a topic is present there.
 *
 * @param data what its user shows
 */
public record PresenceOption(boolean present, PresenceData data) {}
