package dev.boardcast;

import dev.boardcast.admin.DependencyProbe;
import dev.boardcast.admin.Readiness;
import dev.boardcast.alerts.AlertModule;
import dev.boardcast.auth.revocation.ErasedUsers;
import dev.boardcast.auth.revocation.RevocationStore;
import dev.boardcast.database.Migrations;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.erasure.ErasureContext;
import dev.boardcast.erasure.ErasureVerticle;
import dev.boardcast.events.EventEmitterVerticle;
import dev.boardcast.events.Outbox;
import dev.boardcast.events.PublishRules;
import dev.boardcast.events.RetentionVerticle;
import dev.boardcast.events.StreamEventWriter;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.presence.PresenceVerticle;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.TransactionalIdempotency;
import dev.boardcast.metrics.annotations.AnnotationRoutes;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.web.MemoryExhaustion;
import dev.boardcast.web.audit.AuditedWritesExpiry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: {@link NodeParts} creates its parts, {@link #start} starts them in order, and {@link
 * #close} closes them in the opposite order. Thread safe.
 */
final class NodeAssembly implements RunningNode {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAssembly.class);
  // Time for the response to a drain request to reach its client.
  private static final int LEAVE_DELAY_MILLIS = 50;
  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
  private static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(1);

  private static final Duration ERASURE_GRACE = Duration.ofSeconds(1);

  private static final int MIN_FAULT_MILLIS = 2_000;
  private static final int MAX_FAULT_MILLIS = 6_000;

  private final NodeResources resources;
  private final NodeParts parts;
  private final Consumer<Throwable> failureHandler;
  private final boolean listens;
  private final NodeOptions options;
  private final CloseStack opened;
  private final Readiness readiness;
  private final List<String> warnings;
  private final AdminModule admin;
  private final NodeRoutes routes;
  private final NodePorts ports;
  private final Promise<Void> closed = Promise.promise();
  private final Runnable unlisten;
  private final AtomicBoolean exhausted = new AtomicBoolean();
  private volatile EventPublisher publisher;
  private boolean closing;

  /** Prepares a node that has no ports yet; fails when options or boards cannot be used. */
  static Future<NodeAssembly> create(NodeInputs inputs) {
    return NodeResources.open(inputs)
        .compose(
            resources -> {
              try {
                return Future.succeededFuture(new NodeAssembly(inputs, resources));
              } catch (RuntimeException unusable) {
                return resources.close().transform(done -> Future.failedFuture(unusable));
              }
            });
  }

  private NodeAssembly(NodeInputs inputs, NodeResources resources) {
    this.resources = resources;
    options = inputs.options();
    listens = inputs.listens();
    failureHandler = inputs.failureHandler();
    parts = NodeParts.create(inputs, resources);
    readiness = new Readiness(awaitedParts());
    warnings = OpenAccess.of(options, listens, NodeParts.needsIngestRole(inputs));
    admin =
        new AdminModule(
            resources,
            parts.directory(),
            parts.revocations(),
            readiness,
            parts.gateway(),
            this::info,
            warnings,
            this::leave);
    routes = new NodeRoutes(parts, readiness, admin);
    opened = new CloseStack(inputs.vertx());
    ports = new NodePorts(resources, opened, parts.gateway().isPresent());
    unlisten = MemoryExhaustion.listen(this::onExhaustion);
  }

  /**
   * Starts the parts in order. The HTTP port is first, so that health checks are answered while the
   * rest starts.
   */
  @Override
  public Future<Void> start() {
    warnings.forEach(LOG::warn);
    return BusSecurity.requireClosed(resources.vertx(), options.cluster())
        .compose(closed -> BusSecurity.boundHandshakes(resources.vertx(), options.cluster()))
        .compose(bounded -> listen())
        .compose(up -> migrate())
        .compose(up -> beat())
        .compose(up -> followRevocations())
        .compose(up -> prepareBoards())
        .compose(up -> parts.snapshots().start())
        .compose(up -> announce())
        .compose(up -> watchCluster())
        .compose(up -> probeDependencies())
        .compose(up -> expireRows())
        .compose(up -> keepPublishRules())
        .compose(up -> emitEvents())
        .compose(up -> computeMetrics())
        .compose(up -> reportFaults())
        .compose(up -> followPresence())
        .compose(up -> serveClients())
        .mapEmpty();
  }

  /** Closes the parts in the opposite order; each step is tried even if another fails. */
  @Override
  public Future<Void> close() {
    readiness.leave();
    synchronized (this) {
      if (closing) return closed.future();
      closing = true;
    }
    parts.heartbeat().leave();
    parts.waits().close();
    opened
        .close()
        .transform(before -> parts.snapshots().close())
        .transform(before -> resources.close())
        .onComplete(
            done -> {
              unlisten.run();
              closed.complete();
            });
    return closed.future();
  }

  /** The process is out of memory: the application decides what becomes of it. */
  private void onExhaustion(Throwable failure) {
    if (!exhausted.compareAndSet(false, true)) return;
    try {
      failureHandler.accept(failure);
    } finally {
      resources.vertx().runOnContext(turn -> close());
    }
  }

  /** Completes when this node has closed, by {@link #close} or by an operator's request. */
  @Override
  public Future<Void> closed() {
    return closed.future();
  }

  /** Mounts every path of the node below a path of the application's router. */
  @Override
  public void mount(Router router, String path) {
    requireBasePath(path);
    routes.mounted().mount(resources.vertx(), router, path);
  }

  /** Throws {@link IllegalArgumentException} for a path at which nothing can be mounted. */
  static void requireBasePath(String path) {
    if (!BASE_PATH.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "the path of a mount must begin with a slash and end without one, was " + path);
    }
  }

  /** Every path of the node, for one event loop. */
  ApiRouter router() {
    return routes.router();
  }

  /** For transactions on the application's own connections. Only after {@link #start}. */
  @Override
  public EventPublisher events() {
    return publisher;
  }

  /** Replaces the operator's rules of application streams. */
  @Override
  public void streamRules(StreamRules rules) {
    parts.boards().topics().streams().replace(rules);
  }

  @Override
  public NodeInfo info() {
    return options.describe(ports.http(), parts.gateway().map(Gateway::port).orElse(0));
  }

  private Future<?> prepareBoards() {
    var boards = parts.boards();
    return opened
        .add(Future.succeededFuture(), boards::close)
        .compose(up -> boards.prepare(parts.boardContext(), has(Role.METRICS)));
  }

  private Future<?> listen() {
    if (!listens) {
      readiness.up("http");
      return Future.succeededFuture();
    }
    return ports.open(routes).onSuccess(up -> readiness.up("http"));
  }

  private Future<?> migrate() {
    return Migrations.apply(resources.vertx(), options.db(), parts.boards().migrations())
        .onSuccess(
            schema -> {
              publisher = Outbox.inSchema(resources.vertx(), resources.bus(), schema);
              readiness.up("schema");
            });
  }

  private Future<?> beat() {
    return opened.deploy(1, parts::heartbeat);
  }

  /** Completes when all revocations are known: before that the node takes no traffic. */
  private Future<?> followRevocations() {
    return opened.deploy(1, parts::revocations);
  }

  private Future<?> announce() {
    return opened
        .deploy(1, admin::verticle)
        .compose(up -> opened.deploy(1, admin::sessionVerticle))
        .compose(up -> opened.deploy(1, admin::logLevelVerticle));
  }

  private Future<?> watchCluster() {
    return opened.deploy(1, () -> new ClusterWatch(resources.registry(), this::fail));
  }

  private Future<?> probeDependencies() {
    return opened.deploy(1, () -> new DependencyProbe(resources.registry(), routes.dependencies()));
  }

  private Future<?> expireRows() {
    if (!has(Role.API)) return Future.succeededFuture();
    var expiring =
        new ArrayList<>(
            List.of(
                TransactionalIdempotency.expiry(options.http().idempotencyKeep()),
                StreamEventWriter.expiry(options.emitter().retention()),
                NodeHeartbeat.EXPIRY,
                RevocationStore.EXPIRY,
                new RowExpiryVerticle.Expiry("audit_act", "at", options.audit().retention())));
    expiring.addAll(AlertModule.expiries(options.alerts()));
    expiring.add(AnnotationRoutes.expiry());
    var ofWrites = List.of(AuditedWritesExpiry.of(options.audit()));
    return opened
        .deploy(1, () -> new RowExpiryVerticle(resources.background(), EXPIRY_INTERVAL, expiring))
        // There may be many: the others do not wait for them.
        .compose(
            up ->
                opened.deploy(
                    1,
                    () ->
                        new RowExpiryVerticle(resources.background(), EXPIRY_INTERVAL, ofWrites)));
  }

  /** For the SQL function {@code publish}: the rules of this node count there, as its own do. */
  private Future<?> keepPublishRules() {
    if (!has(Role.API)) return Future.succeededFuture();
    var rules =
        new PublishRules(
            resources.vertx(),
            resources.background(),
            parts.boards().topics().streams(),
            parts.boards().reserved(),
            parts.boards().ownTypes(),
            options.http().maxBody());
    return opened.add(rules.start(), rules::close);
  }

  private Future<?> emitEvents() {
    if (!has(Role.EMITTER)) return Future.succeededFuture();
    return opened
        .deploy(
            1,
            () ->
                new EventEmitterVerticle(
                    parts.heartbeat(),
                    resources.background(),
                    resources.bus(),
                    options.emitter(),
                    resources.registry(),
                    Optional.of(resources::notificationConnection)))
        .compose(
            up ->
                opened.deploy(
                    1,
                    () ->
                        new RetentionVerticle(
                            parts.heartbeat(),
                            resources.background(),
                            options.emitter().retention())))
        .onSuccess(up -> readiness.up("emitter"));
  }

  private Future<?> computeMetrics() {
    if (!has(Role.METRICS)) return Future.succeededFuture();
    return opened
        .deploy(1, parts::metrics)
        .compose(up -> opened.deploy(1, parts::sources))
        .compose(up -> opened.deploy(1, parts.alerts()::dispatcher))
        .compose(
            up ->
                opened.deploy(
                    1, () -> parts.alerts().clock(parts.boards()::board, parts.snapshots())))
        .compose(
            up ->
                opened.deploy(
                    1, () -> parts.alerts().reportClock(parts.boards()::board, parts.reports())))
        .compose(up -> opened.deploy(1, this::erasures))
        .onSuccess(up -> readiness.up("metrics"));
  }

  private Future<?> reportFaults() {
    return opened.deploy(1, () -> parts.alerts().report(this::faults));
  }

  private List<AlertModule.Fault> faults() {
    List<AlertModule.Fault> faults = new ArrayList<>();
    boolean isUnready = !readiness.isReady() && !readiness.isLeaving();
    if (isUnready) faults.add(new AlertModule.Fault("node_not_ready", options.node(), 1));
    parts
        .metrics()
        .stale()
        .forEach(board -> faults.add(new AlertModule.Fault("board_failure", board, 1)));
    return faults;
  }

  private ErasureVerticle erasures() {
    return new ErasureVerticle(
        new ErasureContext(
            parts.heartbeat(),
            resources.background(),
            resources.bus(),
            parts.boards()::boards,
            new ErasedUsers(
                resources.background(), resources.bus(), resources.access(), options.auth()),
            parts.snapshots()::purge,
            options.metrics().heartbeat().plus(ERASURE_GRACE)));
  }

  /** Nodes with the role {@code api} answer who is present; those of a gateway know it. */
  private Future<?> followPresence() {
    if (!has(Role.API) && !has(Role.GATEWAY)) return Future.succeededFuture();
    return opened.deploy(1, () -> new PresenceVerticle(resources.bus(), parts.presence()));
  }

  private Future<?> serveClients() {
    if (parts.gateway().isEmpty()) return Future.succeededFuture();
    Gateway gateway = parts.gateway().get();
    Future<Void> started =
        listens
            ? gateway.start(
                options.host(),
                options.gatewayPort(),
                NodePorts.SERVERS,
                options.http().basePath().orElse(""),
                options.origins(),
                ports.tls())
            : gateway.start();
    return opened.add(started, gateway::close).onSuccess(up -> readiness.up("gateway"));
  }

  /**
   * Takes no new clients, and closes after a short time, in which sessions are served from the log.
   * The time is random, since nodes that are attacked together must not close together.
   */
  private void fail(Throwable fault) {
    LOG.error("{}; it closes and must be started again", fault.getMessage());
    readiness.fail(fault.getMessage());
    failureHandler.accept(fault);
    long delay = ThreadLocalRandom.current().nextLong(MIN_FAULT_MILLIS, MAX_FAULT_MILLIS);
    resources.vertx().setTimer(delay, passed -> close());
  }

  /** As {@link #close}, after the response to the request for it. */
  private void leave() {
    readiness.leave();
    resources.vertx().setTimer(LEAVE_DELAY_MILLIS, passed -> close());
  }

  private Set<String> awaitedParts() {
    var parts = new TreeSet<>(Set.of("http", "schema"));
    if (has(Role.GATEWAY)) parts.add("gateway");
    if (has(Role.EMITTER)) parts.add("emitter");
    if (has(Role.METRICS)) parts.add("metrics");
    return parts;
  }

  private boolean has(Role role) {
    return options.roles().contains(role);
  }
}
