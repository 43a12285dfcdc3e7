package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.CloseCode;
import java.time.Instant;

/**
 * Enforces one session's deadlines (authentication, token expiry, silence, closing) and its inbound
 * rate limits. One event loop.
 */
final class SessionTimers extends TimingWheel.Entry {
  private static final long KILL_RETRY_MILLIS = 5_000;
  private static final long MAX_EXPIRY_CHECK_MILLIS = 60_000;
  private static final int MIN_TOPIC_LIMIT = 100;

  private final Session session;
  private final GatewayLoop loop;
  private long activeAt;
  private long pingedAt;
  // The second that the following two are counted in.
  private int second;
  private int frames;
  private int topics;

  SessionTimers(Session session, GatewayLoop loop) {
    this.session = session;
    this.loop = loop;
    this.activeAt = loop.now();
    this.pingedAt = activeAt;
  }

  /** The peer has sent something, or has read what was sent. */
  void onActivity() {
    activeAt = loop.now();
  }

  /** Checks all deadlines in the next tick, because one of them has changed. */
  void checkSoon() {
    loop.wheel().schedule(this, loop.now());
  }

  void cancel() {
    loop.wheel().cancel(this);
  }

  /** Counts an inbound frame; true when it exceeds the limit per second. */
  boolean countFrame() {
    startSecond();
    return ++frames > loop.config().maxMessagesPerSecond();
  }

  /**
   * Counts requested topics, because each may cost a read of the log and one message can name
   * thousands. True when they exceed twice the allowed subscriptions in a second.
   */
  boolean countTopics(int requested) {
    startSecond();
    topics += requested;
    return topics > 2 * Math.max(MIN_TOPIC_LIMIT, loop.config().maxSubscriptions());
  }

  private void startSecond() {
    int now = (int) (loop.now() / 1000);
    if (now == second) return;
    second = now;
    frames = 0;
    topics = 0;
  }

  @Override
  protected long check(long now) {
    SessionState state = session.state();
    if (state instanceof SessionState.Opening opening) {
      if (now < opening.deadline()) return opening.deadline();
      boolean onOlderPath = session.dialect().isSingleBoard();
      session.close(
          CloseCode.NOT_AUTHENTICATED,
          onOlderPath ? "no token in time; see the setting older-paths" : "no token in time");
      return check(now);
    }
    if (state instanceof SessionState.Closing closing) {
      return now < closing.deadline() ? closing.deadline() : kill(now);
    }
    return checkLive((SessionState.Live) state, now);
  }

  private long checkLive(SessionState.Live live, long now) {
    Instant time = loop.time();
    if (live.hasExpired(time)) {
      session.close(CloseCode.NOT_AUTHENTICATED, "token expired");
      return check(now);
    }
    long expiry = now + live.millisToExpiry(time, MAX_EXPIRY_CHECK_MILLIS);
    return Math.min(expiry, checkSilence(now));
  }

  /** Pings a silent peer once, and cuts the connection when it does not react. */
  private long checkSilence(long now) {
    long interval = loop.config().pingInterval().toMillis();
    if (pingedAt <= activeAt) {
      if (now < activeAt + interval) return activeAt + interval;
      pingedAt = now;
      session.transport().ping();
    }
    long deadline = pingedAt + loop.config().silenceLimit().toMillis() - interval;
    return now < deadline ? deadline : kill(now);
  }

  private long kill(long now) {
    session.transport().kill();
    boolean closed = session.state() == SessionState.Closing.CLOSED;
    return closed ? TimingWheel.NEVER : now + KILL_RETRY_MILLIS;
  }
}
