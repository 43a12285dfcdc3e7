package dev.boardcast.spi;

import java.time.Instant;
import java.util.Set;

/**
 * Who is calling, as a verified token says.
 *
 * @param user the token's {@code sub}
 * @param teams teams of the token, before or after {@link TeamMemberships#resolve} put in the
 *     stored ones
 * @param roles such as {@code ingest}, {@code publish}, {@code admin}; admin implies every other
 * @param issuedAt when the token was made; a removal from a team after that outweighs the claim
 * @param expiresAt when sessions of this token end; {@link Instant#MAX} for a token without expiry
 */
public record Principal(
    String user, Set<String> teams, Set<String> roles, Instant issuedAt, Instant expiresAt) {
  public static final String INGEST = "ingest";
  public static final String PUBLISH = "publish";
  public static final String ADMIN = "admin";

  public Principal {
    teams = Set.copyOf(teams);
    roles = Set.copyOf(roles);
  }

  public boolean hasRole(String role) {
    return roles.contains(role) || roles.contains(ADMIN);
  }

  public Principal withTeams(Set<String> others) {
    return new Principal(user, others, roles, issuedAt, expiresAt);
  }
}
