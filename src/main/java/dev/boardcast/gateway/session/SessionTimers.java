package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.CloseCode;
import java.time.Instant;

/**
 * Watches over one session: its deadlines, its token's end, signs of life of its peer, and how much
 * that says. One event loop.
 */
final class SessionTimers extends TimingWheel.Entry {
  private static final long KILL_AGAIN_MILLIS = 5_000;
  private static final long EXPIRY_LOOK_MILLIS = 60_000;

  private static final int MOST_TOPICS_AT_LEAST = 100;

  private final Session session;
  private final GatewayLoop loop;
  private final SessionProtocol conversation;
  private long heardAt;
  private long askedAt;
  private int second;
  private int inSecond;
  private int topicsInSecond;

  SessionTimers(Session session, GatewayLoop loop, SessionProtocol conversation) {
    this.session = session;
    this.loop = loop;
    this.conversation = conversation;
    this.heardAt = loop.now();
    this.askedAt = heardAt;
  }

  /** The peer lives. */
  void heard() {
    heardAt = loop.now();
  }

  /** Something else is due than before. */
  void look() {
    loop.wheel().arm(this, loop.now());
  }

  /** There is nobody any more. */
  void end() {
    loop.wheel().drop(this);
  }

  /** Counts a frame; true when it is one too many for its second. */
  boolean isTooMany() {
    count();
    return ++inSecond > loop.config().maxMessagesPerSecond();
  }

  /**
   * Counts topics that are asked for: each may cost a read of the log, and one message has room for
   * thousands. True when it could have had all it may follow twice over.
   */
  boolean isTooMany(int topics) {
    count();
    topicsInSecond += topics;
    return topicsInSecond > 2 * Math.max(MOST_TOPICS_AT_LEAST, loop.config().maxSubscriptions());
  }

  private void count() {
    int now = (int) (loop.now() / 1000);
    if (now == second) return;
    second = now;
    inSecond = 0;
    topicsInSecond = 0;
  }

  @Override
  long look(long now) {
    SessionState state = session.state();
    if (state instanceof SessionState.Opening opening) {
      if (now < opening.deadline()) return opening.deadline();
      session.close(CloseCode.NOT_AUTHENTICATED, "no token in time");
      return look(now);
    }
    if (state instanceof SessionState.Closing closing) {
      return now < closing.deadline() ? closing.deadline() : kill(now);
    }
    return look((SessionState.Live) state, now);
  }

  private long look(SessionState.Live live, long now) {
    Instant time = loop.time();
    if (live.hasExpired(time)) {
      session.close(CloseCode.NOT_AUTHENTICATED, "token expired");
      return look(now);
    }
    long expiry = now + live.millisLeft(time, EXPIRY_LOOK_MILLIS);
    long teams = conversation.checkTeamsInTurn(session, now);
    return Math.min(Math.min(expiry, teams), signs(now));
  }

  /** Asks for a sign of life, once, and ends the connection when none comes. */
  private long signs(long now) {
    long interval = loop.config().pingInterval().toMillis();
    if (askedAt <= heardAt) {
      if (now < heardAt + interval) return heardAt + interval;
      askedAt = now;
      session.outlet().ping();
    }
    long end = askedAt + loop.config().silenceLimit().toMillis() - interval;
    return now < end ? end : kill(now);
  }

  private long kill(long now) {
    session.outlet().kill();
    boolean gone = session.state() == SessionState.Closing.GONE;
    return gone ? TimingWheel.NEVER : now + KILL_AGAIN_MILLIS;
  }
}
