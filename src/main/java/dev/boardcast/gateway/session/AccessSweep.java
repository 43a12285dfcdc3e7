package dev.boardcast.gateway.session;

import dev.boardcast.auth.revocation.AccessChange;
import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.auth.revocation.AccessRefusal;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.spi.Principal;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Closes the sessions that may no longer act, a limited number in each turn of the event loop, so
 * that others' messages do not wait for a sweep of thousands. One event loop.
 */
final class AccessSweep {
  private static final int MAX_CHECKED = 2_000;
  private static final int MAX_CLOSED = 200;

  private final GatewayLoop loop;
  private final AccessGuard access;
  private final AccessChange change;
  private final Iterator<Session> sessions;

  private AccessSweep(
      GatewayLoop loop, AccessGuard access, AccessChange change, List<Session> sessions) {
    this.loop = loop;
    this.access = access;
    this.change = change;
    this.sessions = sessions.iterator();
  }

  /** Starts with this turn of the event loop. */
  static void begin(
      GatewayLoop loop, AccessGuard access, AccessChange change, List<Session> sessions) {
    new AccessSweep(loop, access, change, sessions).turn();
  }

  private void turn() {
    int closed = 0;
    for (int checked = 0; checked < MAX_CHECKED && closed < MAX_CLOSED; checked++) {
      if (!sessions.hasNext()) return;
      if (check(sessions.next())) closed++;
    }
    loop.later(1, this::turn);
  }

  private boolean check(Session session) {
    if (session.isClosing()) return false;
    Optional<AccessRefusal> refusal = refusal(session);
    refusal.ifPresent(reason -> close(session, reason));
    return refusal.isPresent();
  }

  private Optional<AccessRefusal> refusal(Session session) {
    if (access.isRevoked(session.id())) return Optional.of(AccessRefusal.REVOKED);
    // Sessions without a token stay; one that waits for its token is checked with it.
    Optional<Principal> principal = session.claimed();
    if (principal.isEmpty()) return Optional.empty();
    boolean isWithdrawn =
        principal.get().keyId().map(change.withdrawnKeys()::contains).orElse(false);
    return isWithdrawn ? Optional.of(AccessRefusal.KEY_WITHDRAWN) : access.refusal(principal.get());
  }

  static void close(Session session, AccessRefusal reason) {
    session.close(
        reason.isTemporary() ? CloseCode.TRY_LATER : CloseCode.NOT_AUTHENTICATED, reason.text());
  }
}
