package dev.boardcast;

import dev.boardcast.admin.AuditRoutes;
import dev.boardcast.admin.HealthRoutes;
import dev.boardcast.admin.MetricsRoutes;
import dev.boardcast.admin.Readiness;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.erasure.ErasureRoutes;
import dev.boardcast.events.PublishedEvents;
import dev.boardcast.events.StreamAccess;
import dev.boardcast.events.StreamReadRoutes;
import dev.boardcast.events.StreamRoutes;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.PresenceRoutes;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.CurrentAccess;
import dev.boardcast.http.FreshnessRoutes;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.MissingRole;
import dev.boardcast.http.MovedPaths;
import dev.boardcast.http.pages.PageRoutes;
import dev.boardcast.http.pages.SignInProvider;
import dev.boardcast.metrics.BoardRoutes;
import dev.boardcast.metrics.ReportRoutes;
import dev.boardcast.metrics.annotations.AnnotationRoutes;
import dev.boardcast.metrics.audit.RecomputeRoutes;
import dev.boardcast.metrics.facts.FactsRoutes;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.metrics.history.HistoryRoutes;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.OriginPolicy;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects every path of a node. Thread safe. */
final class NodeRoutes implements PortRoutes {
  private static final Duration MAX_POLL_TURN = Duration.ofSeconds(10);

  private final NodeParts parts;
  private final NodeResources resources;
  private final Readiness readiness;
  private final AdminModule admin;
  private final HistoryQueryLimiter historyQueries;
  private final ConcurrencyLimiter factsLimiter = FactsRoutes.limiter();

  NodeRoutes(NodeParts parts, Readiness readiness, AdminModule admin) {
    this.parts = parts;
    this.resources = parts.resources();
    this.readiness = readiness;
    this.admin = admin;
    this.historyQueries = parts.historyQueries();
  }

  /**
   * The paths of a node with the configured roles on its HTTP port, for one event loop: those of
   * administration only where they have no port of their own.
   */
  @Override
  public ApiRouter httpPort() {
    return router(resources.options().origins(), resources.options().admin().port().isPresent());
  }

  /** All paths of a node with the configured roles on its own ports, for one event loop. */
  ApiRouter router() {
    return router(resources.options().origins(), false);
  }

  /** The same on the port of administration, for one event loop. */
  @Override
  public ApiRouter adminPort() {
    return router(resources.options().origins(resources.options().admin().host()), false);
  }

  /** As {@link #httpPort} on a router of the application, for one event loop. */
  ApiRouter mounted() {
    return router(
        resources.options().origins().mounted(), resources.options().admin().port().isPresent());
  }

  private ApiRouter router(OriginPolicy origins, boolean isAdminElsewhere) {
    BoardRegistry boards = parts.boards();
    Routes connections =
        parts
            .gateway()
            .map(gateway -> gateway.routes(origins))
            .orElseGet(() -> Gateway.missing(boards.topics()));
    var routes = new ArrayList<Routes>();
    if (isAdminElsewhere) routes.add(new MovedPaths());
    routes.addAll(operation());
    if (resources.options().roles().contains(Role.API)) routes.addAll(api());
    else routes.add(new MissingRole("api"));
    return new ApiRouter(
        resources.options().http(),
        resources.access(),
        origins,
        List.of(connections),
        routes,
        resources.limits(),
        Optional.of(resources.audit()));
  }

  /**
   * Probes of what the node depends on, by name; each fails while its dependency is unavailable.
   */
  Map<String, Supplier<Future<?>>> dependencies() {
    var probes = new HashMap<String, Supplier<Future<?>>>(resources.providerProbe());
    probes.put("postgres", this::databaseAnswers);
    probes.put("redis", () -> parts.snapshots().ping());
    probes.put("revocations", this::revocationsAreKnown);
    return probes;
  }

  private Future<?> databaseAnswers() {
    return parts.heartbeat().isAnswered()
        ? Future.succeededFuture()
        : Future.failedFuture(
            parts
                .heartbeat()
                .failure()
                .map(resources.certificateCheck()::explain)
                .orElseGet(() -> new IllegalStateException("the last heartbeat was not answered")));
  }

  private Future<?> revocationsAreKnown() {
    return resources.access().isBlind()
        ? Future.failedFuture("neither the database nor a node that knows no more answers")
        : Future.succeededFuture();
  }

  private List<Routes> operation() {
    return List.of(
        new HealthRoutes(
            resources.vertx(),
            readiness,
            admin::info,
            () -> parts.gateway().map(Gateway::sessions).orElse(0),
            dependencies(),
            parts.metrics()::drift,
            parts.metrics()::stale,
            parts.sources()::problems),
        new MetricsRoutes(resources.meters(), resources.options().admin().metricsAllow()),
        admin.routes(),
        admin.sessionRoutes(),
        admin.logLevelRoutes(),
        admin.revocationRoutes(),
        new AuditRoutes(resources.requests()),
        new ErasureRoutes(resources.requests()));
  }

  /** Half of what a request may take, since a poller's ends with a read of the log. */
  static Duration pollTurn(HttpConfig http) {
    Duration half = http.answerLimit().dividedBy(2);
    return half.compareTo(MAX_POLL_TURN) < 0 ? half : MAX_POLL_TURN;
  }

  private List<Routes> api() {
    BoardRegistry boards = parts.boards();
    var routes = new ArrayList<Routes>(boards.routes(parts.boardContext()));
    routes.add(
        new BoardRoutes(
            boards.boards(),
            parts.snapshots(),
            historyQueries,
            boards::partVisibilityOf,
            boards::olderPathsOf,
            resources.clock()));
    routes.add(
        new HistoryRoutes(
            boards.boards(),
            parts.snapshots(),
            historyQueries,
            boards::partVisibilityOf,
            resources.clock()));
    routes.add(new ReportRoutes(boards.boards(), boards::partVisibilityOf, parts.reports()));
    routes.add(
        new FactsRoutes(
            boards.boards(),
            resources.requests(),
            boards::partVisibilityOf,
            boards::factsVisibilityOf,
            resources.clock(),
            factsLimiter));
    routes.add(new RecomputeRoutes(resources.requests(), resources.bus()));
    routes.addAll(
        parts
            .alerts()
            .routes(
                parts.boardContext().idempotency(),
                boards::board,
                boards::visibleTo,
                boards::hiddenFrom));
    routes.add(
        new AnnotationRoutes(
            resources.requests(),
            parts.boardContext().idempotency(),
            boards::visibleTo,
            boards::hiddenFrom,
            resources.clock()));
    var streams =
        new StreamAccess(
            boards.memberships(),
            boards.reserved(),
            boards.boardTopics(),
            boards.topics().streams());
    routes.add(
        new StreamRoutes(
            parts.ingest().ofEvents(),
            new PublishedEvents(resources.requests(), parts.outbox()),
            streams,
            resources.limits(),
            parts.ephemeral(),
            boards.ownTypes()));
    routes.add(
        new StreamReadRoutes(
            parts.log(),
            streams,
            parts.waits(),
            resources.limits(),
            resources.clock(),
            pollTurn(resources.options().http()),
            CurrentAccess::refusal));
    routes.add(new FreshnessRoutes(new FreshnessStages(resources.registry())));
    routes.add(new PresenceRoutes(boards.topics(), boards.memberships(), parts.presence()));
    routes.add(
        new PageRoutes(
            resources.options().http().frameAncestors(),
            SignInProvider.of(resources.options().auth())));
    return routes;
  }
}
