package dev.boardcast.server.command;

import dev.boardcast.auth.TokenIssuer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Signs tokens that nodes with the same HS256 secret accept. Immutable, thread safe. */
public final class TokenSigner {
  private final TokenIssuer issuer;

  /** Tokens carry neither issuer nor audience. */
  public TokenSigner(String secret) {
    issuer = new TokenIssuer(secret, Optional.empty(), Optional.empty());
  }

  /** A token for a user without teams, valid from now on. */
  public String sign(String user, Set<String> roles, Duration validFor) {
    return issuer.issue(user, Set.of(), roles, validFor);
  }
}
