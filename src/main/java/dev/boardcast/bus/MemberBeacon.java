package dev.boardcast.bus;

/**
 * Announces a node that keeps streams in memory, several times a second.
 *
 * @param member its id in the cluster
 * @param leaving whether it wants to number no more
 * @param gone whether it is its last beacon
 * @param asks whether the others shall announce themselves at once
 */
public record MemberBeacon(
    String node, String member, boolean leaving, boolean gone, boolean asks) {}
