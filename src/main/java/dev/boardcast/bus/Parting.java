package dev.boardcast.bus;

/**
 * A node that hands connections on to gateways leaves: who came through it has to come back through
 * another. Its last word to gateways.
 */
public record Parting(String node) {}
