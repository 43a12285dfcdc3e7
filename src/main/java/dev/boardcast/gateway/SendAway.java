package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.session.Session;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends the sessions of one event loop to other nodes, while this node goes on: each is told when
 * to reconnect, spread over time, and is closed with 1001 a while later. One event loop.
 */
final class SendAway {
  private static final long MIN_SPREAD_MILLIS = 2_000;
  private static final long MAX_SPREAD_MILLIS = 10_000;
  // For a client that opens its new connection before it leaves this one.
  private static final long GRACE_MILLIS = 1_000;

  private SendAway() {}

  /** The sessions that are open now; those that come later stay. */
  static void begin(GatewayLoop loop, List<Session> sessions) {
    // A session a millisecond, as long as that fits.
    long spread = Math.max(MIN_SPREAD_MILLIS, Math.min(MAX_SPREAD_MILLIS, sessions.size()));
    for (Session session : sessions) {
      long pause = ThreadLocalRandom.current().nextLong(spread);
      long end = pause + GRACE_MILLIS;
      session.dialect().goAway(pause, end).ifPresent(session::send);
      loop.schedule(end, () -> session.close(CloseCode.GOING_AWAY));
    }
  }
}
