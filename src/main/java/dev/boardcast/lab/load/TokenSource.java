package dev.boardcast.lab.load;

import dev.boardcast.server.command.TokenSigner;
import dev.boardcast.spi.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Supplies the tokens of clients and writer: signed with a secret, one fixed token, or none. Thread
 * safe.
 *
 * @param signer signs them
 * @param fixed the one token, if there is no signer
 */
public record TokenSource(Optional<TokenSigner> signer, Optional<String> fixed) {
  private static final String USER = "laboratory";
  private static final Set<String> WRITER_ROLES = Set.of(Principal.PUBLISH, Principal.INGEST);
  private static final Duration VALID_FOR = Duration.ofHours(2);

  /** Signs tokens with an HS256 secret of the nodes. */
  public static TokenSource signing(String secret) {
    return new TokenSource(Optional.of(new TokenSigner(secret)), Optional.empty());
  }

  /** One token with the role publish for everything; or none, for nodes without authentication. */
  public static TokenSource fixed(Optional<String> token) {
    return new TokenSource(Optional.empty(), token);
  }

  /** A token for a client; null for none. */
  String client(Duration validFor) {
    return token(Set.of(), validFor);
  }

  /** A token for a client that is valid for the whole run; null for none. */
  String client() {
    return client(VALID_FOR);
  }

  /** A token for the writer of events and facts; null for none. */
  public String writer() {
    return token(WRITER_ROLES, VALID_FOR);
  }

  private String token(Set<String> roles, Duration validFor) {
    return signer.map(some -> some.sign(USER, roles, validFor)).orElse(fixed.orElse(null));
  }
}
