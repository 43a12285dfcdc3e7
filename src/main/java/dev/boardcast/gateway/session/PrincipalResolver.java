package dev.boardcast.gateway.session;

import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Resolves tokens to principals, and principals to their current teams. At most {@value
 * #MAX_CONCURRENT_READS} reads of teams run at once, because thousands of clients may reconnect
 * together. One event loop.
 */
public final class PrincipalResolver {
  private static final int MAX_CONCURRENT_READS = 8;
  private static final Future<Principal> ABANDONED =
      Future.failedFuture("the caller has timed out");

  private final AccessGuard access;
  private final TeamMemberships memberships;
  private final BoundedCalls calls;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MAX_CONCURRENT_READS);

  public PrincipalResolver(AccessGuard access, TeamMemberships memberships, BoundedCalls calls) {
    this.access = access;
    this.memberships = memberships;
    this.calls = calls;
  }

  /** Whether principals may still act. */
  AccessGuard access() {
    return access;
  }

  /**
   * Validates a token: in the caller's turn where it is known, or its keys are.
   *
   * @return the principal with the teams of the token; fails with {@link
   *     Authenticator.Unauthenticated} for an invalid token, with anything else when it could not
   *     be validated
   */
  Future<SessionState.Live> authenticate(String token) {
    return calls.callNow(() -> access.authenticate(token)).map(SessionState.Live::withTeamsUnknown);
  }

  /** The principal with its current teams; fails when they could not be read in time. */
  Future<SessionState.Live> withCurrentTeams(Principal claimed) {
    var abandoned = new boolean[1];
    return calls
        .call(() -> limiter.run(() -> abandoned[0] ? ABANDONED : readTeams(claimed)))
        .onFailure(timeout -> abandoned[0] = true)
        .map(
            principal -> new SessionState.Live(Optional.of(claimed), Optional.of(principal), true));
  }

  private Future<Principal> readTeams(Principal claimed) {
    return calls.call(() -> memberships.resolve(claimed));
  }
}
