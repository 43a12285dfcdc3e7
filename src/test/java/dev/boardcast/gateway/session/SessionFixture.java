package dev.boardcast.gateway.session;

import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.engine.ComparedWith;
import dev.boardcast.engine.SnapshotComparison;
import dev.boardcast.engine.SnapshotComparisons;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.GatewayMeters;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.gateway.InMemoryHistory;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.BoardTopic;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.feed.ShardFeed;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.loop.NodeQueuedBytes;
import dev.boardcast.gateway.loop.QueuedBytes;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.presence.PresenceRegistry;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.gateway.transport.RecordingTransport;
import dev.boardcast.gateway.transport.TickScheduler;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sessions on the test's thread, on a clock that the test advances, with a recording transport. */
final class SessionFixture {
  static final Instant START_TIME = Instant.parse("2025-11-16T12:00:00Z");
  static final long START = 5_000_000;

  final List<String> sent = new ArrayList<>();

  /** The users whose teams were read. */
  final List<String> teamReads = new ArrayList<>();

  TeamMemberships memberships = Future::succeededFuture;
  final SessionRegistry sessions = new SessionRegistry();
  final UnansweredRequests unanswered;
  boolean othersMayServe;

  /** The answer to every token; null for the principal of the user that it names. */
  Future<Principal> authentication;

  /** What snapshots are compared with. */
  SnapshotComparisons comparisons = SnapshotComparisons.NONE;

  /** The board that there is; every other name is a stream. */
  static final String BOARD = "routing";

  final InMemoryHistory history = new InMemoryHistory();
  final Feeds feeds;
  final DistinctForms forms = new DistinctForms();
  final SubscriptionTable table;
  final GatewayLoop loop;
  long now = START;

  final SubscriptionManager subscriptions;
  final SessionProtocol protocol;

  SessionFixture() {
    var ticks = new TickScheduler(Runnable::run);
    loop =
        new GatewayLoop(
            null,
            GatewayConfig.DEFAULTS,
            new GatewayMeters(Optional.empty(), () -> 0, () -> 0, () -> 0),
            new LoopClock(),
            () -> now,
            new TimingWheel(now),
            ticks,
            new BoundedCalls(Runnable::run, Duration.ofSeconds(5)),
            new QueuedBytes(new NodeQueuedBytes(Long.MAX_VALUE), ticks::atEnd));
    table = new SubscriptionTable(forms, new FollowedParts(), this::compare, loop);
    SnapshotSource none = board -> Future.succeededFuture(Optional.empty());
    var sources = new Feeds.Sources(history, none);
    feeds = new Feeds(loop.calls(), loop.clock(), sources, List.of(BOARD), new EventSink(), table);
    var board = new BoardTopic(BOARD, BOARD, Visibility.PUBLIC, Board.Format.BARE, List.of());
    var topics = new TopicCatalogue(List.of(board), Map.of());
    unanswered = new UnansweredRequests(loop, () -> othersMayServe);
    var presence =
        new PresenceHandler(topics, new PresenceRegistry("n", loop.clock()), loop, Runnable::run);
    subscriptions = new SubscriptionManager(topics, table, feeds, loop, unanswered, presence);
    TeamMemberships counted =
        claimed -> {
          teamReads.add(claimed.user());
          return memberships.resolve(claimed);
        };
    var principals =
        new PrincipalResolver(AccessGuard.of(this::authenticate), counted, loop.calls());
    protocol =
        new SessionProtocol(
            "n",
            loop,
            principals,
            subscriptions,
            sessions,
            unanswered,
            new PublishHandler(
                topics, StreamPublisher.NONE, ClientLimits.defaults(), loop, new AwaitedNumbers()),
            presence,
            new GatewayServices(new InMemoryHistory(), none, this::authenticate, counted, topics));
    feeds.readHeads();
  }

  private Future<SnapshotComparison> compare(Snapshot snapshot, ComparedWith with) {
    return comparisons.compare(snapshot, with);
  }

  Session session(Dialect dialect) {
    var endpoint = new Endpoint(dialect, false, List.of(), false);
    return new Session(
        new RecordingTransport(sent), endpoint, new Permit(), ClientInfo.UNKNOWN, loop, protocol);
  }

  /** Opens a session of nobody. */
  Session openAnonymous(RecordingTransport transport, Dialect dialect, TopicRequest... topics) {
    protocol.open(
        transport,
        new Endpoint(dialect, false, List.of(topics), false),
        Optional.empty(),
        new Permit(),
        ClientInfo.UNKNOWN);
    List<Session> all = sessions.all();
    return all.get(all.size() - 1);
  }

  /** The board has changed, as the bus brings it. */
  void snapshot(long version, String data) {
    Instant at = loop.time();
    feeds.onSnapshot(new Snapshot(BOARD, version, at, at, false, RawJson.of(data)));
  }

  /** An event is stored and comes by the bus. */
  void event(String stream, String type, String data) {
    feeds.onBatch(history.append(type, data, stream));
  }

  /** Opens a session of a user; its token does not expire. */
  Session open(String user, String... topics) {
    List<TopicRequest> requests =
        Arrays.stream(topics).map(topic -> new TopicRequest(topic, null)).toList();
    var endpoint = new Endpoint(NativeDialect.INSTANCE, false, requests, true);
    protocol.open(
        new RecordingTransport(sent),
        endpoint,
        Optional.of(user),
        new Permit(),
        ClientInfo.UNKNOWN);
    List<Session> all = sessions.all();
    return all.get(all.size() - 1);
  }

  private Future<Principal> authenticate(String user) {
    return authentication == null ? Future.succeededFuture(principal(user)) : authentication;
  }

  static Principal principal(String user) {
    return new Principal(user, Set.of(), Set.of(), START_TIME, Instant.MAX);
  }

  void pass(long millis) {
    for (long end = now + millis; now < end; ) {
      now = Math.min(end, now + TimingWheel.TICK_MILLIS);
      unanswered.tick(now);
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

  private final class EventSink implements ShardFeed.Sink {
    @Override
    public boolean wants(List<String> streams) {
      return true;
    }

    @Override
    public void event(EventMessage message) {
      table.publish(message);
    }

    @Override
    public void historyChanged(int shard) {}

    @Override
    public void repaired(int shard) {}

    @Override
    public void stale(int shard, long ageMillis) {}

    @Override
    public void fresh(int shard) {}
  }
}
