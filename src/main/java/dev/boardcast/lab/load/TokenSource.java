package dev.boardcast.lab.load;

import dev.boardcast.server.command.TokenSigner;
import dev.boardcast.spi.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where tokens come from: made from a secret, one that was given, or none. Thread safe.
 *
 * @param signer makes them
 * @param given for every purpose, where there is no signer
 */
public record TokenSource(Optional<TokenSigner> signer, Optional<String> given) {
  private static final String USER = "laboratory";
  private static final Set<String> WRITES = Set.of(Principal.PUBLISH, Principal.INGEST);
  private static final Duration LONG = Duration.ofHours(2);

  /** Made from an HS256 secret of the nodes. */
  public static TokenSource of(String secret) {
    return new TokenSource(Optional.of(new TokenSigner(secret)), Optional.empty());
  }

  /** One token that may publish, for all; or none, for nodes that ask for none. */
  public static TokenSource given(Optional<String> token) {
    return new TokenSource(Optional.empty(), token);
  }

  /** For a client; null for none. */
  String reader(Duration validFor) {
    return signer.map(some -> some.sign(USER, Set.of(), validFor)).orElse(given.orElse(null));
  }

  String reader() {
    return reader(LONG);
  }

  /** For who writes events and facts; null for none. */
  public String writer() {
    return signer.map(some -> some.sign(USER, WRITES, LONG)).orElse(given.orElse(null));
  }
}
