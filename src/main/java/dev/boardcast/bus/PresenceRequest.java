package dev.boardcast.bus;

/**
 * Asks a node for all that are present by its sessions; other nodes ignore it.
 *
 * @param by the node that asks
 */
public record PresenceRequest(String node, String by) {}
