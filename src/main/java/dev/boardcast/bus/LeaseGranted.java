package dev.boardcast.bus;

/**
 * Tells a node that it holds a lease now, which another has handed over.
 *
 * @param token the new holder's fencing token
 */
public record LeaseGranted(String lease, String holder, long token) {}
