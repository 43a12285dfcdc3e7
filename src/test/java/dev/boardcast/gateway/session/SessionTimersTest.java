package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.gateway.ConnectionLimit;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.InMemoryHistory;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.feed.ShardFeed;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.gateway.transport.RecordingTransport;
import dev.boardcast.gateway.transport.TickScheduler;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The default deadlines: a ping after 30 s of silence, the end after 60 s, a token within 10 s. */
class SessionTimersTest {
  private static final Instant START_TIME = Instant.parse("2025-11-16T12:00:00Z");
  private static final long SECOND = 1_000;

  private final List<String> sent = new ArrayList<>();
  private final List<Long> teamReads = new ArrayList<>();
  private long now = 5_000_000;
  private final long start = now;
  private final GatewayLoop loop = loop();
  private final SessionProtocol protocol = protocol();
  private final Session session = session();

  @Test
  void silentSessionIsPingedOnceAndCutOffWhenItStaysSilent() {
    open();
    pass(30 * SECOND - TimingWheel.TICK_MILLIS);
    assertEquals(List.of(), sent);
    pass(2 * TimingWheel.TICK_MILLIS);
    assertEquals(List.of("ping"), sent);
    pass(30 * SECOND - 2 * TimingWheel.TICK_MILLIS);
    assertEquals(List.of("ping"), sent);
    pass(2 * TimingWheel.TICK_MILLIS);
    assertEquals(List.of("ping", "kill"), sent);
  }

  @Test
  void inboundFramePostponesThePing() {
    open();
    pass(20 * SECOND);
    session.frame();
    pass(20 * SECOND);
    assertEquals(List.of(), sent);
    pass(11 * SECOND);
    assertEquals(List.of("ping"), sent);
  }

  @Test
  void sessionThatAnswersPingsIsNotCutOff() {
    open();
    for (int i = 0; i < 20; i++) {
      pass(31 * SECOND);
      session.alive();
    }
    assertFalse(sent.contains("kill"));
    assertEquals(20, sent.size());
  }

  @Test
  void sessionWithoutTokenIsClosedAndCutOffWhenThePeerDoesNotClose() {
    session.timers().checkSoon();
    pass(9 * SECOND);
    assertEquals(List.of(), sent);
    pass(2 * SECOND);
    assertEquals(List.of("close 4401"), sent);
    pass(10 * SECOND);
    assertEquals("kill", sent.get(1));
  }

  @Test
  void activeSessionIsClosedWhenItsTokenExpires() {
    live(START_TIME.plusSeconds(12));
    while (sent.isEmpty() && now < start + 60 * SECOND) {
      pass(SECOND);
      session.frame();
    }
    assertEquals(List.of("close 4401"), sent);
    assertTrue(now - start <= 13 * SECOND, now - start + " ms");
  }

  @Test
  void renewedTokenPostponesTheEndAndOneWithoutExpiryHasNone() {
    live(START_TIME.plusSeconds(12));
    pass(11 * SECOND);
    live(START_TIME.plusSeconds(25));
    pass(10 * SECOND);
    live(Instant.MAX);
    pass(20 * SECOND);
    assertFalse(sent.contains("close 4401"), sent.toString());
  }

  @Test
  void closedSessionIsNotChecked() {
    open();
    session.closed();
    pass(300 * SECOND);
    assertEquals(List.of(), sent);
  }

  @Test
  void teamsAreReadAgainPeriodically() {
    live(Instant.MAX);
    session.startTeamRead();
    session.setPending(
        PendingTopics.NONE.withUntilTeams(List.of(new TopicRequest("user.bob", null))));
    for (int i = 0; i < 35; i++) {
      pass(10 * SECOND);
      session.alive();
    }
    assertEquals(1, teamReads.size());
    assertTrue(teamReads.get(0) >= start + 300 * SECOND);
  }

  private void open() {
    session.goLive(SessionState.Live.ANONYMOUS);
  }

  private void live(Instant expiry) {
    var ann = Optional.of(new Principal("ann", Set.of(), Set.of(), START_TIME, expiry));
    session.goLive(new SessionState.Live(ann, ann, true));
  }

  private void pass(long millis) {
    for (long end = now + millis; now < end; ) {
      now = Math.min(end, now + TimingWheel.TICK_MILLIS);
      loop.wheel().advance(now);
    }
  }

  private GatewayLoop loop() {
    return new GatewayLoop(
        null,
        GatewayConfig.DEFAULTS,
        new GatewayMeters(Optional.empty(), new ConnectionLimit(1)),
        new LoopClock(),
        () -> now,
        new TimingWheel(now),
        new TickScheduler(Runnable::run),
        new BoundedCalls(Runnable::run, Duration.ofSeconds(5)));
  }

  private SessionProtocol protocol() {
    var history = new InMemoryHistory();
    var sources = new Feeds.Sources(history, board -> Future.succeededFuture(Optional.empty()));
    var table = new SubscriptionTable();
    var feeds = new Feeds(loop.calls(), loop.clock(), sources, List.of(), new EventSink(), table);
    var topics = new TopicCatalogue(List.of(), Map.of());
    var subscriptions = new SubscriptionManager(topics, table, feeds, loop);
    TeamMemberships memberships =
        claimed -> {
          teamReads.add(now);
          return Future.succeededFuture(claimed);
        };
    var principals = new PrincipalResolver(Future::failedFuture, memberships, loop.calls());
    return new SessionProtocol("n", loop, principals, subscriptions, new SessionRegistry());
  }

  private Session session() {
    var endpoint = new Endpoint(NativeDialect.INSTANCE, false, List.of(), false);
    return new Session(new RecordingTransport(sent), endpoint, new Permit(), loop, protocol);
  }

  private static final class Permit implements SessionPermit {
    @Override
    public boolean isVia(String node) {
      return false;
    }

    @Override
    public boolean assignTo(String user) {
      return true;
    }

    @Override
    public void release() {}
  }

  private static final class EventSink implements ShardFeed.Sink {
    @Override
    public void event(EventMessage message) {}

    @Override
    public void historyChanged(int shard) {}

    @Override
    public void repaired(int shard) {}
  }

  /** A clock that advances with the loop's time. */
  private final class LoopClock extends Clock {
    @Override
    public Instant instant() {
      return START_TIME.plusMillis(now - start);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
