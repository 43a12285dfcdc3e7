package dev.boardcast.spi;

import io.vertx.core.Future;

/** Turns a token into a {@link Principal}. */
@FunctionalInterface
public interface Authenticator {
  /**
   * @return the principal; fails with {@link Unauthenticated} when the token is malformed, forged,
   *     expired, or meant for someone else, with {@link Unavailable} when that cannot be told now
   */
  Future<Principal> authenticate(String token);

  /** Why a token was not accepted, in words that may be told to the caller. */
  final class Unauthenticated extends RuntimeException {
    public Unauthenticated(String reason) {
      super(reason, null, false, false);
    }
  }

  /** The keys are out of reach: the token may be good, the caller should try again. */
  final class Unavailable extends RuntimeException {
    public Unavailable(String reason) {
      super(reason, null, false, false);
    }
  }
}
