package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.InMemoryHistory;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.feed.ShardFeed;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.transport.RecordingTransport;
import dev.boardcast.gateway.transport.TickScheduler;
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

/** Sessions on the test's thread, on a clock that the test advances, with a recording transport. */
final class SessionFixture {
  static final Instant START_TIME = Instant.parse("2025-11-16T12:00:00Z");
  static final long START = 5_000_000;

  final List<String> sent = new ArrayList<>();

  /** When teams were read, in ms of the loop's clock. */
  final List<Long> teamReads = new ArrayList<>();

  final SubscriptionTable table = new SubscriptionTable();
  final GatewayLoop loop;
  long now = START;

  private final SessionProtocol protocol;

  SessionFixture() {
    loop =
        new GatewayLoop(
            null,
            GatewayConfig.DEFAULTS,
            new GatewayMeters(Optional.empty(), () -> 0),
            new LoopClock(),
            () -> now,
            new TimingWheel(now),
            new TickScheduler(Runnable::run),
            new BoundedCalls(Runnable::run, Duration.ofSeconds(5)));
    var sources =
        new Feeds.Sources(new InMemoryHistory(), board -> Future.succeededFuture(Optional.empty()));
    var feeds = new Feeds(loop.calls(), loop.clock(), sources, List.of(), new EventSink(), table);
    var topics = new TopicCatalogue(List.of(), Map.of());
    var subscriptions = new SubscriptionManager(topics, table, feeds, loop);
    TeamMemberships memberships =
        claimed -> {
          teamReads.add(now);
          return Future.succeededFuture(claimed);
        };
    var principals = new PrincipalResolver(Future::failedFuture, memberships, loop.calls());
    protocol = new SessionProtocol("n", loop, principals, subscriptions, new SessionRegistry());
  }

  Session session(Dialect dialect) {
    var endpoint = new Endpoint(dialect, false, List.of(), false);
    return new Session(new RecordingTransport(sent), endpoint, new Permit(), loop, protocol);
  }

  void pass(long millis) {
    for (long end = now + millis; now < end; ) {
      now = Math.min(end, now + TimingWheel.TICK_MILLIS);
      loop.wheel().advance(now);
    }
  }

  /** A clock that advances with the loop's time. */
  private final class LoopClock extends Clock {
    @Override
    public Instant instant() {
      return START_TIME.plusMillis(now - START);
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

  private static final class Permit implements SessionPermit {
    @Override
    public boolean assignTo(String user) {
      return true;
    }

    @Override
    public void release() {}
  }

  private static final class EventSink implements ShardFeed.Sink {
    @Override
    public boolean wants(List<String> streams) {
      return true;
    }

    @Override
    public void event(EventMessage message) {}

    @Override
    public void historyChanged(int shard) {}

    @Override
    public void repaired(int shard) {}
  }
}
