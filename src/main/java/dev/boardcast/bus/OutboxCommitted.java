package dev.boardcast.bus;

/** A shard's outbox has committed rows. Losing it costs time, never an event. */
public record OutboxCommitted(int shard) {}
