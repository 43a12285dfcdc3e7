package dev.boardcast.testing;

import dev.boardcast.auth.TokenIssuer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A user in tests, with tokens signed by {@link Cluster#SECRET}. */
public record Person(String name, Set<String> teams, Set<String> roles) {
  private static final TokenIssuer ISSUER =
      new TokenIssuer(Cluster.SECRET, Optional.empty(), Optional.empty());

  public static Person of(String name, String... teams) {
    return new Person(name, Set.of(teams), Set.of());
  }

  public Person with(String... roles) {
    return new Person(name, teams, Set.of(roles));
  }

  public String token() {
    return token(Duration.ofHours(1));
  }

  public String token(Duration validFor) {
    return ISSUER.issue(name, teams, roles, validFor);
  }
}
