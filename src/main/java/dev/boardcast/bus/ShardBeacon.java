package dev.boardcast.bus;

/**
 * How far a shard's log goes. A gateway that is behind it has lost something and reads the log.
 *
 * @param head sequence of the last event in the log, 0 when there is none
 */
public record ShardBeacon(int shard, String epoch, long head) {}
