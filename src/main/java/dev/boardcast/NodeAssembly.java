package dev.boardcast;

import dev.boardcast.admin.DependencyProbe;
import dev.boardcast.admin.HealthRoutes;
import dev.boardcast.admin.NodeMeters;
import dev.boardcast.admin.Readiness;
import dev.boardcast.auth.JwtAuthenticator;
import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Migrations;
import dev.boardcast.database.Pools;
import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.events.EventEmitterVerticle;
import dev.boardcast.events.EventLog;
import dev.boardcast.events.Outbox;
import dev.boardcast.events.RetentionVerticle;
import dev.boardcast.events.StreamAccess;
import dev.boardcast.events.StreamEventWriter;
import dev.boardcast.events.StreamRoutes;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.MissingRole;
import dev.boardcast.http.TransactionalIdempotency;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.http.pages.PageRoutes;
import dev.boardcast.metrics.BoardRoutes;
import dev.boardcast.metrics.MetricsContext;
import dev.boardcast.metrics.MetricsVerticle;
import dev.boardcast.metrics.SnapshotCache;
import dev.boardcast.metrics.audit.RecomputeRoutes;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.metrics.history.HistoryRoutes;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Wires the rooms: what each gets, in which order they open, and in which they close. */
final class NodeAssembly {
  private static final int LAST_ANSWERS_MILLIS = 50;
  private static final int PER_CORE = Runtime.getRuntime().availableProcessors();
  private static final int GUESTS = 4;

  private final Vertx vertx;
  private final BoardcastOptions config;
  private final BoardRegistry boards;
  private final Outbox outbox;
  private final Clock clock;
  private final Readiness readiness;
  private final NodeMeters meters;
  private final Pool pool;
  private final HistoryQueryLimiter historyQueries;
  private final Pool work;
  private final Pool guests;
  private final TypedBus bus;
  private final EventLog log;
  private final SnapshotCache snapshots;
  private final Optional<Gateway> gateway;
  private final JwtAuthenticator authenticator;
  private final AdminModule administration;
  private final Promise<Void> closed = Promise.promise();
  private boolean closing;
  private final BoardContext context;
  private final MetricsVerticle metrics;
  private final List<HttpApiVerticle> apis = new CopyOnWriteArrayList<>();
  private final CloseStack opened;

  NodeAssembly(
      Vertx vertx,
      BoardcastOptions config,
      List<BoardModule> modules,
      JwtAuthenticator authenticator,
      Clock clock) {
    this.vertx = vertx;
    this.clock = clock;
    this.opened = new CloseStack(vertx);
    this.config = config;
    meters = NodeMeters.ofProcess();
    bus = new TypedBus(vertx, config.name());
    pool = Pools.pool(vertx, config.db(), "api", config.db().poolSize());
    historyQueries = new HistoryQueryLimiter(pool);
    // What moves facts on must not queue behind those who write them.
    work = Pools.pool(vertx, config.db(), "work", Math.max(6, config.db().poolSize() / 2));
    // Nor behind queries whose length nobody knows.
    guests = Pools.pool(vertx, config.db(), "guests", GUESTS);
    log = new EventLog(work);
    snapshots =
        new SnapshotCache(
            vertx,
            new SnapshotCache.Config(config.name(), config.db(), config.metrics()),
            work,
            bus,
            clock,
            meters.registry());
    this.authenticator = authenticator;
    outbox = new Outbox(vertx, bus);
    boards = new BoardRegistry(modules, config.visibility(), config.boards());
    context =
        new NodeBoardContext(
            vertx,
            pool,
            clock,
            outbox,
            new TransactionalIdempotency(pool),
            new IngestService(config.http(), config.auth().required()),
            bus,
            new FactsHintPublisher(vertx, bus),
            boards);
    boards.register(context);
    metrics =
        new MetricsVerticle(
            new MetricsContext(
                config.node(), work, guests, bus, config.metrics(), clock, meters.registry()),
            snapshots,
            boards.boards(),
            boards.auditedSums());
    readiness = new Readiness(parts());
    gateway = has(Role.GATEWAY) ? Optional.of(newGateway()) : Optional.empty();
    administration =
        new AdminModule(vertx, bus, work, meters.registry(), readiness, this::info, this::leave);
    gateway.ifPresent(administration::has);
  }

  Future<Void> open() {
    return listen()
        .compose(up -> Migrations.apply(vertx, config.db(), boards.migrations()))
        .onSuccess(up -> readiness.up("schema"))
        .compose(up -> boards.prepare(context, has(Role.METRICS)))
        .compose(up -> snapshots.start())
        .compose(up -> opened.deploy(1, () -> administration.verticle()))
        .compose(
            up -> opened.deploy(1, () -> new DependencyProbe(meters.registry(), dependencies())))
        .compose(up -> expiry())
        .compose(up -> emitter())
        .compose(up -> metrics())
        .compose(up -> gateway())
        .mapEmpty();
  }

  /** In the order opposite to opening; each step is tried though another failed. */
  Future<Void> close() {
    readiness.leave();
    synchronized (this) {
      if (closing) return closed.future();
      closing = true;
    }
    opened
        .close()
        .transform(before -> snapshots.close())
        .transform(before -> authenticator.close())
        .transform(before -> work.close())
        .transform(before -> guests.close())
        .transform(before -> pool.close())
        .onComplete(done -> closed.complete());
    return closed.future();
  }

  /** Completes when this node has closed, whoever asked for it. */
  Future<Void> closed() {
    return closed.future();
  }

  /** As {@link #close}, for one who waits for an answer over HTTP first. */
  private void leave() {
    readiness.leave();
    vertx.setTimer(LAST_ANSWERS_MILLIS, said -> close());
  }

  EventPublisher events() {
    return outbox;
  }

  NodeInfo info() {
    return config.describe(
        apis.isEmpty() ? 0 : apis.get(0).port(), gateway.map(Gateway::port).orElse(0));
  }

  private Set<String> parts() {
    var parts = new TreeSet<>(Set.of("http", "schema"));
    if (has(Role.GATEWAY)) parts.add("gateway");
    if (has(Role.EMITTER)) parts.add("emitter");
    if (has(Role.METRICS)) parts.add("metrics");
    return parts;
  }

  private boolean has(Role role) {
    return config.roles().contains(role);
  }

  private Future<?> listen() {
    int port = HttpApiVerticle.shared(config.httpPort());
    return opened
        .deploy(
            PER_CORE,
            () -> remember(apis, new HttpApiVerticle(config.host(), port, config.http(), router())))
        .onSuccess(up -> readiness.up("http"));
  }

  private Future<?> expiry() {
    if (!has(Role.API)) return Future.succeededFuture();
    var expiries = List.of(TransactionalIdempotency.EXPIRY, StreamEventWriter.EXPIRY);
    return opened.deploy(1, () -> new RowExpiryVerticle(work, Duration.ofMinutes(1), expiries));
  }

  private Future<?> emitter() {
    if (!has(Role.EMITTER)) return Future.succeededFuture();
    return opened
        .deploy(
            1,
            () ->
                new EventEmitterVerticle(
                    config.node(), work, bus, config.emitter(), meters.registry()))
        .compose(
            up -> opened.deploy(1, () -> new RetentionVerticle(work, config.emitter().retention())))
        .onSuccess(up -> readiness.up("emitter"));
  }

  private Future<?> metrics() {
    if (!has(Role.METRICS)) return Future.succeededFuture();
    return opened.deploy(1, () -> metrics).onSuccess(up -> readiness.up("metrics"));
  }

  private Future<?> gateway() {
    if (gateway.isEmpty()) return Future.succeededFuture();
    Gateway own = gateway.get();
    return opened
        .keep(own.start(config.host(), config.gatewayPort(), PER_CORE), own::close)
        .onSuccess(up -> readiness.up("gateway"));
  }

  private Gateway newGateway() {
    return new Gateway(
        vertx,
        config.node(),
        bus,
        config.gateway(),
        new GatewayServices(
            log, snapshots::latest, authenticator, boards.memberships(), boards.topics()),
        Optional.of(meters.registry()));
  }

  /** Every path of the node, for its HTTP port or a host's router. */
  ApiRouter router() {
    Routes connections =
        gateway.map(Gateway::routes).orElseGet(() -> Gateway.missing(boards.topics()));
    return new ApiRouter(config.http(), authenticator, List.of(connections), routes());
  }

  private List<Routes> routes() {
    var routes = new ArrayList<Routes>();
    routes.add(
        new HealthRoutes(
            vertx, readiness, this::info, dependencies(), metrics::drift, metrics::stale));
    routes.add(meters);
    routes.add(administration.routes());
    if (!has(Role.API)) {
      routes.add(new MissingRole("api"));
      return routes;
    }
    routes.addAll(boards.routes(context));
    routes.add(
        new BoardRoutes(boards.boards(), snapshots, historyQueries, boards::visibilityOf, clock));
    routes.add(new HistoryRoutes(boards.boards(), historyQueries, boards::visibilityOf, clock));
    routes.add(new RecomputeRoutes(pool, bus));
    routes.add(
        new StreamRoutes(
            context.ingest(),
            pool,
            outbox,
            log,
            new StreamAccess(
                boards.memberships(),
                boards.reserved(),
                boards.boardTopics(),
                boards.topics()::isVisible)));
    routes.add(new PageRoutes());
    return routes;
  }

  private Map<String, Supplier<Future<?>>> dependencies() {
    return Map.of(
        "postgres", () -> work.query("SELECT 1").execute(), "redis", () -> snapshots.ping());
  }

  private static <T> T remember(List<T> list, T verticle) {
    list.add(verticle);
    return verticle;
  }
}
