package dev.boardcast.spi;

import io.vertx.core.Future;

/** Turns a token into a {@link Principal}. Called from any event loop; must not block. */
@FunctionalInterface
public interface Authenticator {
  /**
   * Verifies a token.
   *
   * @param token as the client sent it, without {@code Bearer}
   * @return the principal; fails with {@link Unauthenticated} when the token is malformed, forged,
   *     expired or issued for another audience, with {@link Unavailable} when it cannot be verified
   *     at the moment
   */
  Future<Principal> authenticate(String token);

  /** The token is not valid. The message is sent to the client. */
  class Unauthenticated extends RuntimeException {
    public Unauthenticated(String reason) {
      super(reason, null, false, false);
    }
  }

  /** The token was valid, but it was revoked, or the key that signed it was withdrawn. */
  final class Revoked extends Unauthenticated {
    public Revoked(String reason) {
      super(reason);
    }
  }

  /** The token may be valid, but the keys to verify it are unreachable; the client may retry. */
  final class Unavailable extends RuntimeException {
    public Unavailable(String reason) {
      super(reason, null, false, false);
    }
  }
}
