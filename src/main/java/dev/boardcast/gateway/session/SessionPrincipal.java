package dev.boardcast.gateway.session;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import java.util.Optional;

/** Who is on the other end, as token and stored teams say. */
public final class SessionPrincipal {
  // Thousands may come back at once, and each has teams of its own.
  private static final int MOST_AT_ONCE = 8;
  private static final Future<Principal> NOBODY_WAITS =
      Future.failedFuture("nobody waits for it any more");

  private final Authenticator authenticator;
  private final TeamMemberships memberships;
  private final BoundedCalls outside;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MOST_AT_ONCE);

  public SessionPrincipal(
      Authenticator authenticator, TeamMemberships memberships, BoundedCalls outside) {
    this.authenticator = authenticator;
    this.memberships = memberships;
    this.outside = outside;
  }

  /**
   * Checks a token.
   *
   * @return with the teams it names; fails with {@link Authenticator.Unauthenticated} when the
   *     token is not accepted, with anything else when that cannot be found out now
   */
  Future<SessionState.Live> of(String token) {
    return outside
        .call(() -> authenticator.authenticate(token))
        .map(claimed -> live(claimed, claimed, false));
  }

  /** The same with the teams of now; fails when they cannot be read, or not soon. */
  Future<SessionState.Live> again(Principal claimed) {
    var gaveUp = new boolean[1];
    return outside
        .call(() -> limiter.run(() -> gaveUp[0] ? NOBODY_WAITS : read(claimed)))
        .onFailure(late -> gaveUp[0] = true)
        .map(who -> live(claimed, who, true));
  }

  private Future<Principal> read(Principal claimed) {
    return outside.call(() -> memberships.resolve(claimed));
  }

  private static SessionState.Live live(Principal claimed, Principal who, boolean teamsKnown) {
    return new SessionState.Live(Optional.of(claimed), Optional.of(who), teamsKnown);
  }
}
