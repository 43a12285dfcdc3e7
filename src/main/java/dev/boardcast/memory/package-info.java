/**
 * Streams without a database: the mode broadcast. Each shard's events are numbered by one node and
 * kept in its memory and in that of one other node. See ADR 53.
 */
package dev.boardcast.memory;
