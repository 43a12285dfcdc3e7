package dev.boardcast.gateway.session;

import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.spi.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The state of a session. It only moves forward: opening, live, closing. */
sealed interface SessionState {
  /**
   * Nothing is sent yet: a token is being validated, or awaited.
   *
   * @param deadline when a client without a token is closed, in ms of the loop's clock
   */
  record Opening(long deadline) implements SessionState {}

  /**
   * @param claimed the principal with the teams of its token; empty for an anonymous session
   * @param principal the principal with its current teams, as far as they are known
   * @param teamsKnown whether the teams of {@code principal} are the current ones; they are read
   *     when a topic first depends on them
   */
  record Live(Optional<Principal> claimed, Optional<Principal> principal, boolean teamsKnown)
      implements SessionState {
    static final Live ANONYMOUS = new Live(Optional.empty(), Optional.empty(), true);

    /** With the teams of the token, until the current ones are read. */
    static Live withTeamsUnknown(Principal claimed) {
      return new Live(Optional.of(claimed), Optional.of(claimed), false);
    }

    boolean hasExpired(Instant now) {
      return principal.isPresent() && !now.isBefore(principal.get().expiresAt());
    }

    /** Milliseconds until the token expires, at most {@code max}. */
    long millisToExpiry(Instant now, long max) {
      if (principal.isEmpty()) return max;
      Instant expiry = principal.get().expiresAt();
      // Instant.MAX is too far away for a Duration in milliseconds.
      if (expiry.isAfter(now.plusMillis(max))) return max;
      return Duration.between(now, expiry).toMillis() + 1;
    }
  }

  /**
   * Nothing is written any more.
   *
   * @param deadline when the connection is cut if the peer has not closed it
   */
  record Closing(long deadline) implements SessionState {
    /** The connection is closed. */
    static final Closing CLOSED = new Closing(TimingWheel.NEVER);
  }
}
