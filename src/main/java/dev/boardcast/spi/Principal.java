package dev.boardcast.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The verified caller of a request or owner of a session. Immutable.
 *
 * @param user the token's {@code sub}
 * @param teams the teams of the token, or the current ones after {@link TeamMemberships#resolve}
 * @param roles such as {@code ingest}, {@code publish}, {@code viewer}, {@code admin}; admin
 *     implies every other
 * @param issuedAt when the token was issued; a removal from a team after that overrides the token
 * @param expiresAt when sessions of this token end; {@link Instant#MAX} for a token without expiry
 * @param tokenId the token's {@code jti}, by which it can be revoked
 * @param keyId the key that signed the token, by which its tokens can be revoked
 * @param claims further claims of the token and their values, by which {@link StreamRule}s grant
 *     rights; without a value where they have none of the supported form
 */
public record Principal(
    String user,
    Set<String> teams,
    Set<String> roles,
    Instant issuedAt,
    Instant expiresAt,
    Optional<String> tokenId,
    Optional<String> keyId,
    Map<String, Set<String>> claims) {
  /** The role that writes facts. */
  public static final String INGEST = "ingest";

  /** The role that publishes events to application streams. */
  public static final String PUBLISH = "publish";

  /** The role that reads the state of the cluster: nodes, sessions and revocations. */
  public static final String VIEWER = "viewer";

  /** The role that implies every other. */
  public static final String ADMIN = "admin";

  /** The caller without a token, where a node does not require one. Has no roles. */
  public static final Principal ANONYMOUS =
      new Principal("anonymous", Set.of(), Set.of(), Instant.EPOCH, Instant.MAX);

  public Principal {
    teams = Set.copyOf(teams);
    roles = Set.copyOf(roles);
    claims = Map.copyOf(claims);
  }

  /** A principal of a token without further claims. */
  public Principal(
      String user,
      Set<String> teams,
      Set<String> roles,
      Instant issuedAt,
      Instant expiresAt,
      Optional<String> tokenId,
      Optional<String> keyId) {
    this(user, teams, roles, issuedAt, expiresAt, tokenId, keyId, Map.of());
  }

  /** A principal of a token whose id and key are not known. */
  public Principal(
      String user, Set<String> teams, Set<String> roles, Instant issuedAt, Instant expiresAt) {
    this(user, teams, roles, issuedAt, expiresAt, Optional.empty(), Optional.empty());
  }

  /** Whether the principal has the role, or is an admin. */
  public boolean hasRole(String role) {
    return roles.contains(role) || roles.contains(ADMIN);
  }

  /** Whether the token has a claim, also if it is one whose values are of another form. */
  public boolean hasClaim(String name) {
    return name.equals("sub") || claims.containsKey(name);
  }

  /** The values of a claim, none if the token does not have it; {@code sub} is the user. */
  public Set<String> claim(String name) {
    return name.equals("sub") ? Set.of(user) : claims.getOrDefault(name, Set.of());
  }

  /** The same principal with other teams. */
  public Principal withTeams(Set<String> others) {
    return new Principal(user, others, roles, issuedAt, expiresAt, tokenId, keyId, claims);
  }
}
