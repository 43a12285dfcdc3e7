package dev.boardcast.bus;

/**
 * Gives a logger of one node, or of all, another level for a time.
 *
 * @param node the only node that changes it; null for all
 * @param level such as {@code debug}; {@code default} ends a change before its time
 * @param seconds after which the level is as before
 */
public record LogLevelChange(@CanBeNull String node, String logger, String level, int seconds) {}
