package dev.boardcast.bus;

/** Hints that a shard's outbox has committed rows; a lost hint delays their events only. */
public record OutboxCommitted(int shard) {}
