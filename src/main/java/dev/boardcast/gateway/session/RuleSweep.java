package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import java.util.Iterator;
import java.util.List;

/**
 * Checks the subscriptions of all sessions again after the rules of streams have changed, a limited
 * number of sessions in each turn of the event loop. One event loop.
 */
final class RuleSweep {
  private static final int MAX_CHECKED = 500;

  private final GatewayLoop loop;
  private final SubscriptionManager subscriptions;
  private final TeamRefresher teams;
  private final Iterator<Session> sessions;

  private RuleSweep(
      GatewayLoop loop,
      SubscriptionManager subscriptions,
      TeamRefresher teams,
      List<Session> sessions) {
    this.loop = loop;
    this.subscriptions = subscriptions;
    this.teams = teams;
    this.sessions = sessions.iterator();
  }

  /** Starts with this turn of the event loop. */
  static void begin(
      GatewayLoop loop,
      SubscriptionManager subscriptions,
      TeamRefresher teams,
      List<Session> sessions) {
    new RuleSweep(loop, subscriptions, teams, sessions).turn();
  }

  private void turn() {
    for (int checked = 0; checked < MAX_CHECKED; checked++) {
      if (!sessions.hasNext()) return;
      Session session = sessions.next();
      if (session.isClosing() || session.isOpening()) continue;
      subscriptions.recheck(session);
      // A new rule may depend on teams that no topic depended on before.
      if (!session.teamsKnown()) teams.refresh(session);
    }
    loop.later(1, this::turn);
  }
}
