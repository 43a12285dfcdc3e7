package dev.boardcast.auth;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a token must name. A key vouches for its own issuer only: those of the provider for the
 * provider, whatever {@code jwt-issuer} says of the others.
 *
 * @param issuer the issuer (iss); empty for any
 * @param audiences at least one of them must be an audience (aud); empty for any
 */
record ExpectedClaims(Optional<String> issuer, Set<String> audiences) {

  /** Of a token that a secret or a file's key has signed. */
  static ExpectedClaims ofOwnKeys(AuthConfig config) {
    return new ExpectedClaims(config.issuer(), config.audience().stream().collect(asSet()));
  }

  /** Of a token that a key of the key set has signed. */
  static ExpectedClaims ofKeySet(AuthConfig config) {
    var provider = config.oidc();
    if (provider.issuer().isEmpty()) return ofOwnKeys(config);
    var audiences = Stream.concat(provider.clientId().stream(), config.audience().stream());
    return new ExpectedClaims(provider.issuer(), audiences.collect(asSet()));
  }

  private static Collector<String, ?, Set<String>> asSet() {
    return Collectors.toUnmodifiableSet();
  }
}
