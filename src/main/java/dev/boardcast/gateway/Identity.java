package dev.boardcast.gateway;

import dev.boardcast.auth.Authenticator;
import dev.boardcast.auth.Memberships;
import dev.boardcast.auth.Principal;
import io.vertx.core.Future;
import java.util.Optional;

/** Who is on the other end, as token and stored teams say. */
final class Identity {
  private final Authenticator authenticator;
  private final Memberships memberships;
  private final Outside outside;

  Identity(Authenticator authenticator, Memberships memberships, Outside outside) {
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

  /** The same with the teams of now. */
  Future<SessionState.Live> again(Principal claimed) {
    return outside.call(() -> memberships.resolve(claimed)).map(who -> live(claimed, who, true));
  }

  private static SessionState.Live live(Principal claimed, Principal who, boolean teamsKnown) {
    return new SessionState.Live(Optional.of(claimed), Optional.of(who), teamsKnown);
  }
}
