package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.AdmissionControl;
import dev.boardcast.gateway.ClientAddressResolver;
import dev.boardcast.gateway.ConnectionLimit;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.InMemoryHistory;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.feed.BoardFeedTest;
import dev.boardcast.gateway.feed.FeedRegistry;
import dev.boardcast.gateway.feed.Hub;
import dev.boardcast.gateway.protocol.ClientMessage;
import dev.boardcast.gateway.protocol.NativeDialect;
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

/** By default: a ping after 30 s of silence, the end after 60, and 10 s to show a token. */
class SessionTimersTest {
  private static final Instant BEGAN = Instant.parse("2025-11-16T12:00:00Z");
  private static final long SECOND = 1_000;

  private final List<String> sent = new ArrayList<>();
  private final List<Long> teamsRead = new ArrayList<>();
  private long now = 5_000_000;
  private final long start = now;
  private final GatewayLoop loop = loop();
  private final SessionProtocol conversation = conversation();
  private final Session session = session();

  @Test
  void aSilentSessionIsPingedInItsTickAndEndsWhenItStaysSilent() {
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
  void whatItSaysMovesThePing() {
    open();
    pass(20 * SECOND);
    session.frame();
    pass(20 * SECOND);
    assertEquals(List.of(), sent);
    pass(11 * SECOND);
    assertEquals(List.of("ping"), sent);
  }

  @Test
  void whoAnswersStaysHoweverLongItSaysNothingElse() {
    open();
    for (int i = 0; i < 20; i++) {
      pass(31 * SECOND);
      session.alive();
    }
    assertFalse(sent.contains("kill"));
    assertEquals(20, sent.size());
  }

  @Test
  void oneThatShowsNoTokenInTimeIsClosedAndOneThatDoesNotAnswerIsCutOff() {
    session.vigil().look();
    pass(9 * SECOND);
    assertEquals(List.of(), sent);
    pass(2 * SECOND);
    assertEquals(List.of("close 4401"), sent);
    pass(10 * SECOND);
    assertEquals("kill", sent.get(1));
  }

  @Test
  void aSessionEndsWithItsTokenThoughItIsNeverSilent() {
    live(BEGAN.plusSeconds(12));
    while (sent.isEmpty() && now < start + 60 * SECOND) {
      pass(SECOND);
      session.frame();
    }
    assertEquals(List.of("close 4401"), sent);
    assertTrue(now - start <= 13 * SECOND, now - start + " ms");
  }

  @Test
  void aRenewedTokenMovesTheEndAndOneWithoutAnEndHasNone() {
    live(BEGAN.plusSeconds(12));
    pass(11 * SECOND);
    live(BEGAN.plusSeconds(25));
    pass(10 * SECOND);
    live(Instant.MAX);
    pass(20 * SECOND);
    assertFalse(sent.contains("close 4401"), sent.toString());
  }

  @Test
  void oneThatIsGoneIsNotLookedAtAnyMore() {
    open();
    session.closed();
    pass(300 * SECOND);
    assertEquals(List.of(), sent);
  }

  @Test
  void teamsAreReadAgainNowAndThen() {
    live(Instant.MAX);
    session.beginCheck();
    session.awaitTeams(List.of(new ClientMessage.Wanted("user.bob", null)));
    for (int i = 0; i < 35; i++) {
      pass(10 * SECOND);
      session.alive();
    }
    assertEquals(1, teamsRead.size());
    assertTrue(teamsRead.get(0) >= start + 300 * SECOND);
  }

  private void open() {
    session.live(SessionState.Live.ANONYMOUS);
  }

  private void live(Instant expiry) {
    var ann = Optional.of(new Principal("ann", Set.of(), Set.of(), BEGAN, expiry));
    session.live(new SessionState.Live(ann, ann, true));
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
        new Following(),
        () -> now,
        new TimingWheel(now),
        new TickScheduler(Runnable::run),
        new BoundedCalls(Runnable::run, Duration.ofSeconds(5)));
  }

  private SessionProtocol conversation() {
    var history = new InMemoryHistory();
    var feeds = new FeedRegistry(loop.outside(), history, new BoardFeedTest.SilentSink());
    SnapshotSource none = board -> Future.succeededFuture(Optional.empty());
    var topics = new TopicCatalogue(List.of(), Map.of());
    var desk = new SubscriptionManager(topics, new Hub(), feeds, history, none, loop);
    TeamMemberships memberships =
        claimed -> {
          teamsRead.add(now);
          return Future.succeededFuture(claimed);
        };
    var identity = new SessionPrincipal(Future::failedFuture, memberships, loop.outside());
    return new SessionProtocol("n", loop, identity, desk, new SessionRegistry());
  }

  private Session session() {
    return new Session(
        "s",
        NativeDialect.INSTANCE,
        false,
        new RecordingTransport(sent),
        new AdmissionControl(GatewayConfig.DEFAULTS)
            .ask("/ws", new ClientAddressResolver.Origin("192.0.2.1", null))
            .seat()
            .orElseThrow(),
        loop,
        conversation);
  }

  /** The time of day that passes with the loop's own. */
  private final class Following extends Clock {
    @Override
    public Instant instant() {
      return BEGAN.plusMillis(now - start);
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
