package dev.boardcast.bus;

/**
 * Announces the head of a shard's log. A gateway that is behind it has missed events, and reads the
 * log.
 *
 * @param head sequence of the last event in the log, 0 when there is none
 */
public record ShardBeacon(int shard, String epoch, long head) {}
