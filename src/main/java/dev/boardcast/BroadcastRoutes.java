package dev.boardcast;

import dev.boardcast.admin.HealthRoutes;
import dev.boardcast.admin.MetricsRoutes;
import dev.boardcast.admin.Readiness;
import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.events.StreamAccess;
import dev.boardcast.events.StreamReadRoutes;
import dev.boardcast.events.StreamRoutes;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.PresenceRoutes;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.CurrentAccess;
import dev.boardcast.http.FreshnessRoutes;
import dev.boardcast.http.MissingRole;
import dev.boardcast.http.MovedPaths;
import dev.boardcast.http.pages.PageRoutes;
import dev.boardcast.http.pages.SignInProvider;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.web.OriginPolicy;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Collects every path of a node of mode broadcast. Thread safe. */
final class BroadcastRoutes implements PortRoutes {
  private final BroadcastParts parts;
  private final NodeResources resources;
  private final Readiness readiness;
  private final AdminModule admin;

  BroadcastRoutes(BroadcastParts parts, Readiness readiness, AdminModule admin) {
    this.parts = parts;
    this.resources = parts.resources();
    this.readiness = readiness;
    this.admin = admin;
  }

  @Override
  public ApiRouter httpPort() {
    return router(resources.options().origins(), isAdminElsewhere());
  }

  @Override
  public ApiRouter adminPort() {
    return router(resources.options().origins(resources.options().admin().host()), false);
  }

  /** As {@link #httpPort} on a router of the application, for one event loop. */
  ApiRouter mounted() {
    return router(resources.options().origins().mounted(), isAdminElsewhere());
  }

  private boolean isAdminElsewhere() {
    return resources.options().admin().port().isPresent();
  }

  private ApiRouter router(OriginPolicy origins, boolean isAdminElsewhere) {
    Routes connections =
        parts
            .gateway()
            .map(gateway -> gateway.routes(origins))
            .orElseGet(() -> Gateway.missing(parts.topics()));
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
        Optional.empty());
  }

  private List<Routes> operation() {
    return List.of(
        new HealthRoutes(
            resources.vertx(),
            readiness,
            admin::info,
            () -> parts.gateway().map(Gateway::sessions).orElse(0),
            dependencies(),
            Map::of,
            Set::of,
            Map::of),
        new MetricsRoutes(resources.meters(), resources.options().admin().metricsAllow()),
        admin.routes(),
        admin.sessionRoutes(),
        admin.logLevelRoutes());
  }

  private Map<String, Supplier<Future<?>>> dependencies() {
    var probes = new HashMap<String, Supplier<Future<?>>>(resources.providerProbe());
    probes.put("streams", parts.streams()::heads);
    return probes;
  }

  private List<Routes> api() {
    var access =
        new StreamAccess(
            TeamMemberships.OF_TOKEN,
            BroadcastParts.reserved(),
            BroadcastParts.reserved(),
            parts.topics().streams());
    return List.of(
        new StreamRoutes(
            parts.ingest().ofEvents(),
            parts.streams(),
            access,
            resources.limits(),
            parts.ephemeral(),
            BroadcastParts.ownTypes()),
        new StreamReadRoutes(
            parts.streams(),
            access,
            parts.waits(),
            resources.limits(),
            resources.clock(),
            NodeRoutes.pollTurn(resources.options().http()),
            CurrentAccess::refusal),
        new PresenceRoutes(parts.topics(), TeamMemberships.OF_TOKEN, parts.presence()),
        new FreshnessRoutes(new FreshnessStages(resources.registry())),
        new PageRoutes(
            resources.options().http().frameAncestors(),
            SignInProvider.of(resources.options().auth())),
        new BoardPaths());
  }

  /** Answers the paths that need a database by the reason why they are not here. */
  private static final class BoardPaths implements Routes {
    private static final List<String> PATHS =
        List.of(
            "/routing/*",
            "/api/v1/boards*",
            "/api/v1/tasks*",
            "/api/v1/teams*",
            "/api/v1/invitations*",
            "/api/v1/messages",
            "/api/v1/topics*",
            "/api/v1/analysis/*",
            "/api/v1/proposals/*",
            "/api/v1/metrics",
            "/api/v1/monitoring/*",
            "/api/v1/analytics/*",
            "/api/v1/sessions",
            "/api/v1/admin/erasures*",
            "/api/v1/admin/revocations*",
            "/api/v1/admin/audit",
            "/api/v1/admin/recompute*");

    @Override
    public void mount(Router router) {
      for (String path : PATHS) {
        router
            .route(path)
            .handler(
                context -> context.fail(Problem.of(501, "Not implemented", BroadcastParts.REASON)));
      }
    }
  }
}
