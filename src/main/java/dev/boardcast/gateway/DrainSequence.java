package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.session.Session;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Closes the sessions of one event loop within a bounded time. Each gets a message that says when
 * to reconnect, and goes on meanwhile, so that a client can open its new connection before it loses
 * this one; then it is closed with 1001. The times are spread evenly: another node, which may have
 * started a moment ago, takes all of these clients, and must answer each at once. The more there
 * are, the longer it takes; nobody waits for it, since sessions are served until they are closed. A
 * connection whose client has not answered {@value #LINGER_MILLIS} ms after the last close is cut.
 * One event loop.
 */
final class DrainSequence {
  private static final int LINGER_MILLIS = 1_500;
  private static final int CHECK_MILLIS = 20;
  private static final long MIN_SPREAD_MILLIS = 200;
  // With two event loops 200 clients per second, if that fits in the limit.
  private static final long MILLIS_PER_SESSION = 10;
  private static final long MAX_GRACE_MILLIS = 1_000;

  private final GatewayLoop loop;
  private final Supplier<List<Session>> sessions;
  private final Promise<Void> done = Promise.promise();
  private final List<Leave> leaves = new ArrayList<>();
  private int next;

  private record Leave(Session session, long at) {}

  /**
   * @param sessions those that are still open
   */
  DrainSequence(GatewayLoop loop, Supplier<List<Session>> sessions) {
    this.loop = loop;
    this.sessions = sessions;
  }

  /** Completes when no session is left; never fails. */
  Future<Void> begin() {
    long now = loop.now();
    long limit = loop.config().drain().toMillis();
    long grace = Math.min(MAX_GRACE_MILLIS, limit / 2);
    var all = new ArrayList<>(sessions.get());
    // Clients that connected together, perhaps of one user, leave at different times.
    Collections.shuffle(all);
    long wanted = Math.max(MIN_SPREAD_MILLIS, all.size() * MILLIS_PER_SESSION);
    long spread = Math.min(limit - grace, wanted);
    double step = all.isEmpty() ? 0 : (double) spread / all.size();
    for (int i = 0; i < all.size(); i++) {
      Session session = all.get(i);
      long pause = (long) (step * (i + ThreadLocalRandom.current().nextDouble()));
      session.dialect().goAway(pause, pause + grace).ifPresent(session::send);
      leaves.add(new Leave(session, now + pause + grace));
    }
    leaves.sort(Comparator.comparingLong(Leave::at));
    check(now + spread + grace);
    return done.future();
  }

  private void check(long last) {
    long now = loop.now();
    while (next < leaves.size() && leaves.get(next).at() <= now) {
      leaves.get(next++).session().close(CloseCode.GOING_AWAY);
    }
    // Sessions that were opening when the sequence began.
    if (now >= last) sessions.get().forEach(session -> session.close(CloseCode.GOING_AWAY));
    List<Session> left = sessions.get();
    if (left.isEmpty()) {
      done.complete();
    } else if (now >= last + LINGER_MILLIS) {
      left.forEach(session -> session.transport().kill());
      done.complete();
    } else {
      loop.later(CHECK_MILLIS, () -> check(last));
    }
  }
}
