package dev.boardcast.bus;

/** A board has new committed facts. Losing it costs time, never a number. */
public record FactsCommitted(String board) {}
