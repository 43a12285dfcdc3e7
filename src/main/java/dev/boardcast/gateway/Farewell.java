package dev.boardcast.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ends all sessions of an event loop: each is told when to come back, spread over time, and closed
 * with 1001; who has not answered within {@value #LIMIT_MILLIS} ms is cut off.
 */
final class Farewell {
  private static final int LIMIT_MILLIS = 1_500;
  private static final int LOOK_MILLIS = 20;
  private static final long LEAST_SPREAD_MILLIS = 1_000;

  private final GatewayLoop loop;
  private final Sessions sessions;
  private final Promise<Void> done = Promise.promise();

  Farewell(GatewayLoop loop, Sessions sessions) {
    this.loop = loop;
    this.sessions = sessions;
  }

  /** Completes when no session is left; never fails. */
  Future<Void> begin() {
    long spread = Math.max(LEAST_SPREAD_MILLIS, sessions.count());
    for (Session session : sessions.all()) {
      long pause = ThreadLocalRandom.current().nextLong(spread);
      session.dialect().goAway(pause).ifPresent(session::send);
      session.close(CloseCode.GOING_AWAY);
    }
    look(loop.now() + LIMIT_MILLIS);
    return done.future();
  }

  private void look(long deadline) {
    if (sessions.count() == 0) {
      done.complete();
    } else if (loop.now() >= deadline) {
      sessions.all().forEach(session -> session.outlet().kill());
      done.complete();
    } else {
      loop.later(LOOK_MILLIS, () -> look(deadline));
    }
  }
}
