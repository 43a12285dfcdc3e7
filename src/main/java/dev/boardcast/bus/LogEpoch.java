package dev.boardcast.bus;

/**
 * A part of a shard's log in memory whose events one node has numbered.
 *
 * @param epoch random, so that no two parts have the same
 * @param after the sequence behind which it begins
 * @param broken whether events were lost before it, so that no earlier offset is continued
 */
public record LogEpoch(String epoch, long after, boolean broken) {}
