package dev.boardcast.bus;

/**
 * A user's team memberships have changed: gateways check the user's sessions again. A hint that
 * makes the check fast; the event {@link dev.boardcast.spi.TeamMemberships#CHANGED} on the user's
 * stream makes it certain.
 */
public record PrincipalChanged(String user) {}
