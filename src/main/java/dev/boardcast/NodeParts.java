package dev.boardcast;

import dev.boardcast.admin.NodeDirectory;
import dev.boardcast.alerts.AlertModule;
import dev.boardcast.auth.revocation.RevocationFollower;
import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.database.DatabaseClock;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.engine.BoardsByName;
import dev.boardcast.engine.EphemeralPublisher;
import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.events.ClientEvents;
import dev.boardcast.events.EventLog;
import dev.boardcast.events.Outbox;
import dev.boardcast.events.StreamHistory;
import dev.boardcast.events.StreamWaits;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.gateway.presence.PresenceRegistry;
import dev.boardcast.http.TransactionalIdempotency;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.metrics.BoardReports;
import dev.boardcast.metrics.LiveComparisons;
import dev.boardcast.metrics.MetricsContext;
import dev.boardcast.metrics.MetricsVerticle;
import dev.boardcast.metrics.SnapshotCache;
import dev.boardcast.metrics.history.BoardHistory;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.metrics.seal.SealableBoards;
import dev.boardcast.sources.SourcesVerticle;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.web.AccessLog;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Creates the parts of a node, each from those before it. None of them is started, and none uses
 * the network yet.
 *
 * @param gateway empty without the role
 */
record NodeParts(
    NodeResources resources,
    NodeDirectory directory,
    NodeHeartbeat heartbeat,
    RevocationFollower revocations,
    EventLog log,
    StreamWaits waits,
    Outbox outbox,
    EphemeralPublisher ephemeral,
    BoardRegistry boards,
    BoardContext boardContext,
    IngestService ingest,
    SnapshotCache snapshots,
    AlertModule alerts,
    MetricsVerticle metrics,
    SourcesVerticle sources,
    HistoryQueryLimiter historyQueries,
    BoardReports reports,
    PresenceRegistry presence,
    Optional<Gateway> gateway) {

  /** Throws {@link IllegalArgumentException} when the boards cannot be on one node. */
  static NodeParts create(NodeInputs inputs, NodeResources resources) {
    Vertx vertx = inputs.vertx();
    NodeOptions options = inputs.options();

    var directory = new NodeDirectory();
    var heartbeat =
        new NodeHeartbeat(
            options.node(),
            options.db().heartbeat(),
            resources::heartbeatConnection,
            resources.bus(),
            directory::suspects);
    var revocations =
        new RevocationFollower(
            resources.access(),
            heartbeat,
            resources.bus(),
            options.auth().blindLimit(),
            resources::refreshKeys,
            resources.registry());
    var log = new EventLog(resources.log());
    var outbox = new Outbox(vertx, resources.bus(), new FreshnessStages(resources.registry()));
    var ephemeral = new EphemeralPublisher(vertx, resources.bus());

    var boards =
        new BoardRegistry(
            inputs.boards(), options.visibility(), options.values(), needsIngestRole(inputs));
    var ingest = new IngestService(options.http(), needsIngestRole(inputs), resources.limits());
    var alerts =
        new AlertModule(
            new AlertModule.Context(
                options.alerts(),
                heartbeat,
                resources.background(),
                resources.requests(),
                resources.clock(),
                outbox,
                boards::alertStreamOf,
                resources.registry()));
    var boardContext =
        new NodeBoardContext(
            vertx,
            resources.requests(),
            resources.clock(),
            new DeclaredEvents(outbox, boards::eventTypes),
            new TransactionalIdempotency(resources.requests(), options.http().idempotencyKeep()),
            ingest,
            resources.bus(),
            new FactsHintPublisher(vertx, resources.bus()),
            alerts.declared(),
            alerts.notices(),
            boards);
    boards.register(boardContext);
    var waits = new StreamWaits(vertx, log);
    heartbeat.heartbeats().subscribe(waits::onHeartbeat);
    Gauge.builder(
            "boardcast.database.clock.ahead",
            heartbeat.heartbeats().clock(),
            DatabaseClock::aheadSeconds)
        .description("By how much the clock of PostgreSQL is ahead of the node's")
        .baseUnit("seconds")
        .register(resources.registry());
    Gauge.builder("boardcast.streams.waiting", waits, StreamWaits::count)
        .description("Requests that wait for an event of a stream")
        .register(resources.registry());
    boards.topics().streams().subscribe(waits::wakeAll);

    var snapshots =
        new SnapshotCache(
            vertx,
            new SnapshotCache.Config(options.name(), options.db(), options.metrics()),
            resources.background(),
            resources.bus(),
            resources.clock(),
            resources.registry(),
            boards.boards());
    var metrics =
        new MetricsVerticle(
            new MetricsContext(
                heartbeat,
                resources.background(),
                resources.boardFiles(),
                resources.bus(),
                options.metrics(),
                resources.clock(),
                resources.registry(),
                alerts.watch()),
            snapshots,
            boards.boards(),
            boards.auditedSums());

    var sources =
        new SourcesVerticle(
            heartbeat,
            resources.background(),
            options.db(),
            options.sources(),
            resources.bus(),
            resources.registry());

    requireBoard(boards, options.gateway().metricsBoard());
    SealableBoards.require(options.metrics().seal(), boards.boards());
    var historyQueries = new HistoryQueryLimiter(resources.requests());
    var presence = new PresenceRegistry(options.node(), resources.clock());
    var byName = new BoardsByName(boards.boards());
    Optional<Gateway> gateway = Optional.empty();
    if (options.roles().contains(Role.GATEWAY)) {
      var services =
          new GatewayServices(
                  log,
                  snapshots,
                  resources.access(),
                  boards.memberships(),
                  boards.topics(),
                  heartbeat.heartbeats())
              .toBuilder()
                  .presence(presence)
                  .limits(resources.limits())
                  .accessLog(AccessLog.of(options.http().accessLog()))
                  .publisher(
                      new ClientEvents(
                          resources.requests(),
                          outbox,
                          boards.reserved(),
                          boards.ownTypes(),
                          resources.audit(),
                          ephemeral))
                  .failedLogins(resources.audit()::loginFailed)
                  .topicHistory(
                      new NodeHistory(
                          new StreamHistory(log),
                          new BoardHistory(
                              vertx, byName, snapshots, historyQueries, resources.clock())))
                  .comparisons(new LiveComparisons(byName, historyQueries))
                  .otherHistory(new EventLog(resources.requests()))
                  // While the database answers nobody, another node does not help.
                  .othersMayServe(
                      () -> heartbeat.isAnswered() && directory.hasOther(options.node(), "gateway"))
                  .build();
      gateway =
          Optional.of(
              new Gateway(
                  vertx,
                  options.node(),
                  resources.bus(),
                  options.gateway(),
                  services,
                  Optional.of(resources.registry())));
    }
    return new NodeParts(
        resources,
        directory,
        heartbeat,
        revocations,
        log,
        waits,
        outbox,
        ephemeral,
        boards,
        boardContext,
        ingest,
        snapshots,
        alerts,
        metrics,
        sources,
        historyQueries,
        new BoardReports(vertx, byName, snapshots, historyQueries, resources.clock()),
        presence,
        gateway);
  }

  /** With an authenticator of the application's own, a token is always needed to write. */
  static boolean needsIngestRole(NodeInputs inputs) {
    return inputs.authenticator().isPresent() || inputs.options().auth().required();
  }

  private static void requireBoard(BoardRegistry boards, String name) {
    boolean isDefault = name.equals(GatewayConfig.DEFAULTS.metricsBoard());
    if (isDefault || boards.topics().board(name).isPresent()) return;
    var names = new TreeSet<>(boards.topics().boardNames());
    throw new InvalidSettingException("metrics-board", "one of " + String.join(", ", names));
  }
}
