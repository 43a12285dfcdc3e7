package dev.boardcast.bus;

/** Hints that a board has new committed facts; a lost hint delays the next fold only. */
public record FactsCommitted(String board) {}
