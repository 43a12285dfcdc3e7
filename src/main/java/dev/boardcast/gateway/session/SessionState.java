package dev.boardcast.gateway.session;

import dev.boardcast.spi.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where a session stands: it opens, lives, closes, and never goes back. */
public sealed interface SessionState {
  /**
   * Nobody may be told anything yet: a token is being checked, or waited for.
   *
   * @param deadline when the client has waited too long to show one, in ms of the loop's clock
   */
  record Opening(long deadline) implements SessionState {}

  /**
   * @param claimed what the token said
   * @param who the same with the teams of now; empty for an anonymous session
   * @param teamsKnown whether the teams of {@code who} are those of now: they are read when a topic
   *     first depends on them
   */
  record Live(Optional<Principal> claimed, Optional<Principal> who, boolean teamsKnown)
      implements SessionState {
    public static final Live ANONYMOUS = new Live(Optional.empty(), Optional.empty(), true);

    boolean hasExpired(Instant now) {
      return who.isPresent() && !now.isBefore(who.get().expiresAt());
    }

    /** How long it has still not expired, if that is less than {@code most}. */
    long millisLeft(Instant now, long most) {
      if (who.isEmpty()) return most;
      Instant end = who.get().expiresAt();
      // The end of time is too far away to be counted.
      if (end.isAfter(now.plusMillis(most))) return most;
      return Duration.between(now, end).toMillis() + 1;
    }
  }

  /**
   * Nothing is written any more.
   *
   * @param deadline when the connection is cut, whether or not the peer has answered; never, once
   *     it is gone
   */
  record Closing(long deadline) implements SessionState {
    static final Closing GONE = new Closing(TimingWheel.NEVER);
  }
}
