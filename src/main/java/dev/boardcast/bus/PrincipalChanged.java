package dev.boardcast.bus;

/**
 * A user's team memberships have changed: gateways check the user's sessions again. A hint for the
 * case that the event {@link dev.boardcast.spi.TeamMemberships#CHANGED} on the user's stream, which
 * makes the check certain, takes long.
 */
public record PrincipalChanged(String user) {}
