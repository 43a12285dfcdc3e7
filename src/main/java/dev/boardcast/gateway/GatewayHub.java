package dev.boardcast.gateway;

import dev.boardcast.auth.revocation.AccessChange;
import dev.boardcast.bus.EphemeralBatch;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.PrincipalChanged;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.engine.FreshnessStages.Stage;
import dev.boardcast.gateway.feed.Feeds;
import dev.boardcast.gateway.loop.HedgedCalls;
import dev.boardcast.gateway.loop.TimingWheel;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.session.AwaitedNumbers;
import dev.boardcast.gateway.session.ClientInfo;
import dev.boardcast.gateway.session.PresenceHandler;
import dev.boardcast.gateway.session.PrincipalResolver;
import dev.boardcast.gateway.session.PublishHandler;
import dev.boardcast.gateway.session.SessionPermit;
import dev.boardcast.gateway.session.SessionProtocol;
import dev.boardcast.gateway.session.SessionRegistry;
import dev.boardcast.gateway.session.SubscriptionManager;
import dev.boardcast.gateway.session.SubscriptionTable;
import dev.boardcast.gateway.session.UnansweredRequests;
import dev.boardcast.gateway.transport.TransportFactory;
import dev.boardcast.gateway.transport.WebSocketUpgrade;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.spi.TeamMemberships;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Serves the sessions of one event loop: their feeds, subscriptions and timers. It is made in the
 * context of the first request that arrives there, and ends with that context, when the node
 * closes, or when it had no session for a while. Event loop of that context, except where a method
 * says otherwise.
 */
final class GatewayHub {
  /** Most messages queued for the event loop; more are dropped and read from the log. */
  static final int MAX_PENDING = 10_000;

  private static final Duration POSITION_LIMIT = Duration.ofSeconds(6);

  // Without sessions for so long, messages of the bus wait for the next tick.
  private static final long IDLE_MILLIS = 2_000;

  // Longer than a drain takes.
  private static final Duration ANSWER_GRACE = Duration.ofSeconds(5);

  private final GatewayNode node;
  private final Context context;
  private final Consumer<GatewayHub> onEnd;
  private final SubscriptionTable table;
  private final SessionRegistry sessions = new SessionRegistry();
  private final BusQueue<Consumer<GatewayHub>> pending = new BusQueue<>(MAX_PENDING);
  private final Promise<GatewayHub> ready = Promise.promise();
  private final GatewayLoop loop;
  private final EventDelivery delivery;
  private final Feeds feeds;
  private final AwaitedNumbers numbers = new AwaitedNumbers();
  private final UnansweredRequests unanswered;
  private final SubscriptionManager subscriptions;
  private final SessionProtocol protocol;
  private final TransportFactory transports;
  private final HubQuestions questions;
  private Future<Void> drained;
  private long timer;
  private String deployment;
  private long usedAt;
  private boolean ended;

  /**
   * @param onEnd called once, when the hub takes no more requests
   */
  GatewayHub(GatewayNode node, Context context, Consumer<GatewayHub> onEnd) {
    this.node = node;
    this.context = context;
    this.onEnd = onEnd;
    GatewayServices services = node.services();
    loop =
        GatewayLoop.of(
            context.owner(),
            context,
            node.config(),
            node.meters(),
            Clock.systemUTC(),
            node.queued());
    table = new SubscriptionTable(node.forms(), node.parts(), services.comparisons(), loop);
    var hedged = new HedgedCalls(context.owner());
    var history = new HedgedHistory(hedged, services.history(), services.otherHistory());
    delivery =
        new EventDelivery(loop, table, sessions, numbers, this::teamsChanged, this::historyChanged);
    feeds =
        new Feeds(
            loop.calls(),
            loop.clock(),
            new Feeds.Sources(history, services.snapshots()),
            services.topics().boardNames(),
            delivery,
            table);
    unanswered = new UnansweredRequests(loop, services.othersMayServe());
    var presence = new PresenceHandler(services.topics(), services.presence(), loop, this::execute);
    subscriptions =
        new SubscriptionManager(services.topics(), table, feeds, loop, unanswered, presence);
    TeamMemberships memberships =
        claimed -> {
          Supplier<Future<Principal>> read = () -> services.memberships().resolve(claimed);
          return hedged.call(read, read);
        };
    var principals = new PrincipalResolver(services.access(), memberships, loop.calls());
    protocol =
        new SessionProtocol(
            node.name(),
            loop,
            principals,
            subscriptions,
            sessions,
            unanswered,
            new PublishHandler(
                services.topics(), services.publisher(), services.limits(), loop, numbers),
            presence,
            services);
    transports = new TransportFactory(loop, node.transports());
    questions = new HubQuestions(loop, sessions, protocol, this::execute);
    usedAt = loop.now();
  }

  /** A child of the context's deployment: ends the hub together with it. */
  private final class Lifetime extends VerticleBase {
    @Override
    public Future<?> stop() {
      return close();
    }
  }

  /** Reads the heads of the event log, then completes {@link #ready}. */
  void start() {
    tick();
    timer = context.owner().setPeriodic(TimingWheel.TICK_MILLIS, fired -> tick());
    Future<String> child =
        context
            .owner()
            .deployVerticle(new Lifetime())
            .onSuccess(
                id -> {
                  deployment = id;
                  if (ended) undeploy();
                });
    Future.all(feeds.readHeads(), child)
        .timeout(POSITION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            done ->
                execute(
                    () -> {
                      if (done.failed()) end(done.cause());
                      else ready.tryComplete(this);
                    }));
  }

  /** Completes when sessions can be served; fails when the log could not be read. Any thread. */
  Future<GatewayHub> ready() {
    return ready.future();
  }

  /** Prepares the upgrade of a WebSocket handshake that has no body. */
  WebSocketUpgrade prepare(HttpServerRequest request) {
    use();
    return transports.upgrade(request);
  }

  /** Answers a handshake with 101; its session begins with the connection. */
  Future<?> upgrade(
      WebSocketUpgrade upgrade,
      Endpoint endpoint,
      Optional<String> token,
      SessionPermit permit,
      ClientInfo client) {
    return upgrade
        .accept()
        .onSuccess(
            transport -> {
              try {
                protocol.open(transport, endpoint, token, permit, client);
              } catch (RuntimeException failure) {
                // The session would release the permit, but there is none.
                permit.release();
                throw failure;
              }
            })
        .onFailure(refused -> permit.release());
  }

  /** Begins an event stream as the response to a request. */
  void stream(
      HttpServerRequest request, SseRequest wanted, SessionPermit permit, ClientInfo client) {
    use();
    protocol.open(
        transports.eventStream(request), wanted.endpoint(), wanted.token(), permit, client);
  }

  boolean isOpen() {
    return drained == null && !ended;
  }

  /** Whether requests have waited too long for an answer: new sessions are rejected then. */
  boolean isBusy() {
    return unanswered.isBusy(loop.now());
  }

  /** Queues a message of the bus for this hub, unless too many wait. Any thread. */
  void post(Consumer<GatewayHub> message) {
    if (pending.add(message)) execute(this::takePending);
  }

  private void takePending() {
    pending.take(
        message -> {
          if (!ended) message.accept(this);
        },
        () -> execute(this::takePending));
  }

  /** Requests are arriving: the bus is followed without delay. */
  private void use() {
    usedAt = loop.now();
    pending.setUrgent(true);
    takePending();
  }

  void onBatch(EventBatch batch) {
    feeds.onBatch(batch);
  }

  /**
   * The same, timed if a session gets some of it.
   *
   * @param arrivedNanos when the node has received it
   */
  void onBatch(EventBatch batch, long arrivedNanos) {
    delivery.forget();
    feeds.onBatch(batch);
    if (!delivery.hasDelivered()) return;
    long passed = System.nanoTime();
    FreshnessStages stages = node.meters().stages();
    stages.took(Stage.GATEWAY, passed - arrivedNanos);
    // After the sockets were flushed.
    loop.ticks().atEnd(() -> stages.took(Stage.SOCKET, System.nanoTime() - passed));
  }

  void onEphemeral(EphemeralBatch batch) {
    batch.messages().forEach(table::publish);
  }

  void onBeacon(ShardBeacon beacon) {
    feeds.onBeacon(beacon);
  }

  void onHeartbeat(Heartbeat beat) {
    feeds.onHeartbeat(beat);
  }

  void onParts(Map<String, Long> versions, long askedMillis) {
    feeds.onParts(versions, askedMillis);
  }

  void onSnapshot(Snapshot snapshot) {
    feeds.onSnapshot(snapshot);
  }

  void onPrincipalChanged(PrincipalChanged changed) {
    protocol.teamsChangeHinted(changed.user());
  }

  private void historyChanged(int shard) {
    subscriptions.historyChanged(shard);
    // The lost events may include a change of teams.
    if (shard == Shards.PEOPLE) protocol.anyTeamsChanged();
  }

  private void teamsChanged(String user) {
    protocol.teamsChanged(user);
  }

  /** Sessions may have lost their access. Any thread; not dropped as messages of the bus may be. */
  void accessChanged(AccessChange change) {
    execute(
        () -> {
          if (!ended) protocol.accessChanged(change);
        });
  }

  /** The rules of streams have changed. Any thread; not dropped as messages of the bus may be. */
  void rulesChanged() {
    execute(
        () -> {
          if (!ended) protocol.rulesChanged();
        });
  }

  /** What other threads ask of the hub's sessions. Any thread. */
  HubQuestions questions() {
    return questions;
  }

  /** Sends the sessions that are open now to other nodes. */
  void sendAway() {
    SendAway.begin(loop, sessions.all());
  }

  /** Rejects new sessions and drains the others, within a bounded time. Any thread. */
  Future<Void> drain() {
    Promise<Void> done = Promise.promise();
    boolean runs =
        execute(
            () -> {
              if (drained == null) drained = new DrainSequence(loop, sessions::all).begin();
              drained.onComplete(done);
            });
    if (!runs) done.complete();
    Duration limit = node.config().drain().plus(ANSWER_GRACE);
    return done.future().timeout(limit.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** Drains the hub and ends it. Any thread. */
  Future<Void> close() {
    return drain()
        .onComplete(done -> execute(() -> end(new IllegalStateException("the hub has closed"))));
  }

  private void tick() {
    long now = loop.now();
    pending.setUrgent(now - usedAt < IDLE_MILLIS);
    takePending();
    feeds.tick(now);
    unanswered.tick(now);
    loop.wheel().advance(now);
    node.queued().check();
    if (!sessions.isEmpty()) usedAt = now;
    else if (now - usedAt > node.idleLimit().toMillis()) end(new IllegalStateException("idle"));
  }

  private void end(Throwable why) {
    if (ended) return;
    ended = true;
    loop.queued().end();
    onEnd.accept(this);
    ready.tryFail(why);
    context.owner().cancelTimer(timer);
    undeploy();
  }

  private void undeploy() {
    if (deployment == null) return;
    // Fails if the deployment has ended, and the hub with it.
    context.owner().undeploy(deployment);
    deployment = null;
  }

  /** Runs a task on the event loop; false when that has ended, and the hub with it. */
  private boolean execute(Runnable task) {
    try {
      context.runOnContext(turn -> task.run());
      return true;
    } catch (RejectedExecutionException noEventLoop) {
      loop.queued().end();
      onEnd.accept(this);
      return false;
    }
  }
}
