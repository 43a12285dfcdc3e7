package dev.boardcast.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.AdmissionControl;
import dev.boardcast.gateway.ClientAddressResolver;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.InMemoryHistory;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.protocol.BoardDialect;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.session.BoardSubscription;
import dev.boardcast.gateway.session.BoundedCalls;
import dev.boardcast.gateway.session.Session;
import dev.boardcast.gateway.session.SessionPrincipal;
import dev.boardcast.gateway.session.SessionProtocol;
import dev.boardcast.gateway.session.SessionRegistry;
import dev.boardcast.gateway.session.SessionState;
import dev.boardcast.gateway.session.SubscriptionManager;
import dev.boardcast.gateway.session.TimingWheel;
import dev.boardcast.gateway.transport.RecordingTransport;
import dev.boardcast.gateway.transport.TickScheduler;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

public class BoardFeedTest {
  private static final Instant AT = Instant.parse("2025-11-16T12:34:56.789Z");
  private static final TopicCatalogue.BoardTopic ROUTING =
      new TopicCatalogue.BoardTopic(
          "routing", "routing", Visibility.PUBLIC, Board.Wire.BARE, List.of());

  private final Hub hub = new Hub();
  private final List<String> sent = new ArrayList<>();
  private Future<Optional<Snapshot>> latest = Future.succeededFuture(Optional.empty());
  private int questions;
  private long now = 1_000_000;
  private BoardFeed feed;
  private BoardSubscription follower;

  @BeforeEach
  void follow() {
    var clock = Clock.fixed(AT.plusSeconds(60), ZoneOffset.UTC);
    var outside = new BoundedCalls(Runnable::run, Duration.ofSeconds(5));
    var admission = new AdmissionControl(GatewayConfig.DEFAULTS);
    var loop =
        new GatewayLoop(
            null,
            GatewayConfig.DEFAULTS,
            new GatewayMeters(Optional.empty(), admission.node()),
            clock,
            () -> now,
            new TimingWheel(now),
            new TickScheduler(Runnable::run),
            outside);
    SnapshotSource source =
        board -> {
          questions++;
          return latest;
        };
    feed = new BoardFeed(ROUTING, hub, outside, source, clock);
    feed.tick(now);
    var topics = new TopicCatalogue(List.of(ROUTING), Map.of());
    var history = new InMemoryHistory();
    var feeds = new FeedRegistry(outside, history, new SilentSink());
    var desk = new SubscriptionManager(topics, hub, feeds, history, source, loop);
    var identity = new SessionPrincipal(Future::failedFuture, TeamMemberships.OF_TOKEN, outside);
    var conversation = new SessionProtocol("n", loop, identity, desk, new SessionRegistry());
    var session =
        new Session(
            "s",
            BoardDialect.BARE,
            false,
            new RecordingTransport(sent),
            admission
                .ask("/ws", new ClientAddressResolver.Origin("192.0.2.1", null))
                .seat()
                .orElseThrow(),
            loop,
            conversation);
    session.live(SessionState.Live.ANONYMOUS);
    follower = new BoardSubscription(session, ROUTING, null);
    session.interests().put(follower);
    hub.add(follower);
  }

  @Test
  void aNewFollowerGetsTheNewestOfTheBusAtOnce() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    feed.serve(follower);
    assertEquals(List.of("{\"n\":3,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}"), sent);
    assertEquals(0, questions);
  }

  @Test
  void olderNewsIsDroppedAndAHeartbeatIsNot() {
    feed.onSnapshot(snapshot(3));
    feed.onSnapshot(snapshot(2));
    feed.onSnapshot(snapshot(3).resent(AT.minusSeconds(1), false));
    feed.onSnapshot(snapshot(3).resent(AT.plusSeconds(5), false));
    assertEquals(
        List.of(
            "{\"n\":3,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}",
            "{\"n\":3,\"timestamp\":\"2025-11-16T12:35:01.789Z\"}"),
        sent);
  }

  @Test
  void whenTheBusHasSaidNothingTheSourceIsAskedOnce() {
    latest = Future.succeededFuture(Optional.of(snapshot(5)));
    feed.serve(follower);
    assertEquals(List.of("{\"n\":5,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}"), sent);
    assertEquals(1, questions);
  }

  @Test
  void whenNothingIsKnownTheClientIsToldSoAndServedLater() {
    latest = Future.failedFuture("away");
    feed.serve(follower);
    assertEquals(
        List.of(
            "{\"error\":\"Failed to fetch metrics\",\"timestamp\":\"2025-11-16T12:35:56.789Z\"}"),
        sent);
    sent.clear();
    feed.onSnapshot(snapshot(1));
    assertEquals(1, sent.size());
  }

  @Test
  void aSilentBoardIsAskedForInTheRhythmOfTheHeartbeat() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    latest = Future.succeededFuture(Optional.of(snapshot(4)));
    for (int second = 0; second < 22; second++) tick(1_000);
    assertEquals(4, questions);
    assertEquals(4, sent.size());
  }

  @Test
  void whenTheSourceFailsTheLastNumbersAreSentAsStaleWithTheirAge() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    latest = Future.failedFuture("away");
    tick(7_000);
    assertEquals(
        List.of(
            "{\"n\":3,\"timestamp\":\"2025-11-16T12:35:56.789Z\",\"stale\":true,\"age_ms\":60000}"),
        sent);
  }

  @Test
  void theSourcesWordOutweighsAHigherVersionOfThePast() {
    feed.onSnapshot(snapshot(9));
    sent.clear();
    latest = Future.succeededFuture(Optional.of(snapshot(2)));
    tick(7_000);
    assertEquals(List.of("{\"n\":2,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}"), sent);
    feed.onSnapshot(snapshot(3));
    assertEquals(2, sent.size());
  }

  @Test
  void nobodyAsksForABoardThatNobodyWatches() {
    hub.remove(follower);
    for (int second = 0; second < 60; second++) tick(1_000);
    assertEquals(0, questions);
  }

  private void tick(long millis) {
    now += millis;
    feed.tick(now);
  }

  private static Snapshot snapshot(int n) {
    return new Snapshot("routing", n, AT, AT, false, RawJson.of("{\"n\":" + n + "}"));
  }

  public static final class SilentSink implements ShardFeed.Sink {
    @Override
    public void event(EventMessage message) {}

    @Override
    public void historyChanged(int shard) {}

    @Override
    public void repaired(int shard) {}
  }
}
