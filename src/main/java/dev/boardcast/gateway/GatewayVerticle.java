package dev.boardcast.gateway;

import dev.boardcast.bus.Address;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.GatewayBeacon;
import dev.boardcast.bus.Parting;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.feed.ShardFeed;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.session.PrincipalResolver;
import dev.boardcast.gateway.session.SessionProtocol;
import dev.boardcast.gateway.session.SessionRegistry;
import dev.boardcast.gateway.session.SubscriptionManager;
import dev.boardcast.gateway.session.SubscriptionTable;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.web.InvalidRequestHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Client connections of one event loop, until undeployed. Deploy one instance per event loop, all
 * with the same {@link GatewayNode}: they share its port.
 *
 * <ul>
 *   <li>Deployment completes when this instance follows the bus, knows where the event log stands,
 *       and listens; it fails when the log cannot be read for {@value #START_TRIES} tries, or the
 *       port is taken.
 *   <li>Undeployment lets nobody in, tells clients when to come back, closes with 1001, and is done
 *       within the time to drain and about two seconds.
 * </ul>
 */
public final class GatewayVerticle extends VerticleBase implements ShardFeed.Sink {
  private static final int START_TRIES = 10;
  private static final int BEACON_MILLIS = 1_000;
  private static final int BACKLOG = 4_096;

  private final GatewayNode node;
  private final SubscriptionTable table = new SubscriptionTable();
  private final SessionRegistry sessions = new SessionRegistry();
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private final List<Long> timers = new ArrayList<>();
  private GatewayLoop loop;
  private Feeds feeds;
  private SubscriptionManager subscriptions;
  private SessionProtocol conversation;
  private HandshakeHandler door;
  private volatile HttpServer server;
  private boolean announces;
  private final Supplier<Future<SessionStatistics>> census = this::count;

  public GatewayVerticle(GatewayNode node) {
    this.node = node;
  }

  /** The port that clients reach; 0 until it is deployed. From any thread. */
  public int port() {
    HttpServer listening = server;
    return listening == null ? 0 : listening.actualPort();
  }

  /** Runs a task on this instance's event loop. */
  void run(Runnable task) {
    context.runOnContext(turn -> task.run());
  }

  @Override
  public Future<?> start() {
    furnish();
    return subscribe(Addresses.EVENTS, feeds::onBatch)
        .compose(done -> subscribe(Addresses.SHARD_BEACONS, feeds::onBeacon))
        .compose(done -> subscribe(Addresses.SNAPSHOTS, feeds::onSnapshot))
        .compose(
            done ->
                subscribe(
                    Addresses.PRINCIPAL_CHANGES,
                    changed -> conversation.principalChanged(changed.user())))
        .compose(done -> subscribe(Addresses.PARTINGS, this::onParting))
        .compose(done -> position(START_TRIES))
        .compose(done -> listen())
        .onSuccess(done -> run());
  }

  @Override
  public Future<?> stop() {
    door.shut();
    if (announces) announce();
    node.part(census);
    // Until the last session has gone, everything goes on for the others.
    return new DrainSequence(loop, sessions::all)
        .begin()
        .onSuccess(done -> timers.forEach(vertx::cancelTimer))
        .onSuccess(
            done -> {
              if (announces) node.releaseBeacon();
            })
        .compose(done -> Future.join(consumers.stream().map(MessageConsumer::unregister).toList()))
        .eventually(() -> server == null ? Future.succeededFuture() : server.close());
  }

  @Override
  public void event(EventMessage message) {
    table.publish(message);
    // Before anything that follows it in the log is handed out.
    if (message.event().type().equals(TeamMemberships.CHANGED)) {
      message.users().forEach(conversation::principalChanged);
    }
  }

  @Override
  public void historyChanged(int shard) {
    subscriptions.historyChanged(shard);
  }

  @Override
  public void repaired(int shard) {
    loop.meters().repair();
  }

  private void furnish() {
    loop = GatewayLoop.of(vertx, context, node.config(), node.meters(), Clock.systemUTC());
    feeds =
        new Feeds(
            loop.calls(),
            loop.clock(),
            new Feeds.Sources(node.history(), node.snapshots()),
            node.topics().boardNames(),
            this,
            table);
    subscriptions = new SubscriptionManager(node.topics(), table, feeds, loop);
    var principals = new PrincipalResolver(node.authenticator(), node.memberships(), loop.calls());
    conversation = new SessionProtocol(node.name(), loop, principals, subscriptions, sessions);
    tick();
    var origins = new ClientAddressResolver(node.key(), node.config().admission().trustedProxies());
    var endpoints = new EndpointTable(node.topics());
    door =
        new HandshakeHandler(
            endpoints, conversation, loop, node.admission(), origins, node.tunnels());
  }

  private <T> Future<Void> subscribe(Address<T> address, Consumer<T> handler) {
    return node.bus().subscribe(address, handler).onSuccess(consumers::add).mapEmpty();
  }

  private void onParting(Parting parting) {
    if (door.isOpen()) new DrainSequence(loop, () -> sessions.via(parting.node())).begin();
  }

  private Future<Void> position(int tries) {
    return feeds
        .readHeads()
        .recover(
            failure -> {
              if (tries <= 1) return Future.failedFuture(failure);
              Promise<Void> paused = Promise.promise();
              vertx.setTimer(BEACON_MILLIS, fired -> paused.complete());
              return paused.future().compose(again -> position(tries - 1));
            });
  }

  private Future<Void> listen() {
    var options =
        new HttpServerOptions()
            .setTcpNoDelay(true)
            // A client that only listens is known to be gone by what it does not acknowledge.
            .setTcpUserTimeout((int) node.config().silenceLimit().toMillis())
            // Until the upgrade; from then on the session looks after itself.
            .setIdleTimeout((int) node.config().silenceLimit().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setAcceptBacklog(BACKLOG)
            .setMaxHeaderSize(16 << 10)
            .setMaxInitialLineLength(8 << 10)
            .setHttp2ClearTextEnabled(false)
            .setCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setMaxWebSocketFrameSize(node.config().maxFrame())
            .setMaxWebSocketMessageSize(node.config().maxFrame())
            .setWebSocketClosingTimeout(1);
    server =
        vertx
            .createHttpServer(options)
            .invalidRequestHandler(new InvalidRequestHandler())
            .requestHandler(request -> door.knock(request));
    return server.listen(node.port(), node.host()).mapEmpty();
  }

  private void run() {
    node.join(census);
    announces = node.claimBeacon();
    if (announces) {
      announce();
      every(BEACON_MILLIS, this::announce);
    }
    every(TimingWheel.TICK_MILLIS, this::tick);
  }

  private void every(int millis, Runnable task) {
    timers.add(vertx.setPeriodic(millis, fired -> task.run()));
  }

  private void announce() {
    node.bus()
        .publish(
            Addresses.GATEWAY_BEACONS,
            new GatewayBeacon(
                node.name(), node.reachableHost(), port(), door.isOpen(), node.key()));
  }

  private Future<SessionStatistics> count() {
    Promise<SessionStatistics> counted = Promise.promise();
    context.runOnContext(here -> counted.complete(SessionStatistics.of(sessions.all())));
    return counted.future();
  }

  private void tick() {
    long now = loop.now();
    feeds.tick(now);
    loop.wheel().advance(now);
  }
}
