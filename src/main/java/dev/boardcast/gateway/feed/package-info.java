/**
 * What the gateway receives: the events of each shard in order and without a gap, the newest
 * snapshot of each board, and reads of the event log. The bus may lose, repeat and reorder
 * messages; the event log and the snapshot source make up for it. Knows no sessions.
 */
package dev.boardcast.gateway.feed;
