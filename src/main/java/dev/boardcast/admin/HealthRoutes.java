package dev.boardcast.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.database.DatabaseFailure;
import dev.boardcast.database.TlsFailure;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPath;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Serves {@code /health} and what probes ask, {@code /health/started}, {@code /health/live} and
 * {@code /health/ready}; while the node is starting, every other path answers 503.
 */
public final class HealthRoutes implements Routes {
  // A browser's EventSource never comes back after a 503: the gateway answers while it starts.
  private static final String EVENT_STREAM = "/api/v1/stream";

  private static final long CHECK_TIMEOUT_MILLIS = 1000;
  private static final String AWAY = "away";
  private static final String PROBLEM = "problem";
  private static final String ROLE = "role";
  private static final String STARTING = "starting";
  private static final List<String> ROLES = List.of("api", "gateway", "metrics", "emitter");

  private final Readiness readiness;
  private final Supplier<NodeInfo> node;
  private final IntSupplier sessions;
  private final HealthChecks checks;
  private final Supplier<Map<String, Long>> drift;
  private final Supplier<Set<String>> stale;
  private final Supplier<Map<String, String>> sources;

  /**
   * @param node evaluated for each response, since ports are known only when bound
   * @param sessions open client connections, evaluated for each response
   * @param dependencies probes by name; each fails while its dependency is unavailable
   * @param drift wrong rollup rows by board, evaluated for each response
   * @param stale boards that this node holds and cannot compute, evaluated for each response
   * @param sources problems of sources that this node reads, evaluated for each response
   */
  public HealthRoutes(
      Vertx vertx,
      Readiness readiness,
      Supplier<NodeInfo> node,
      IntSupplier sessions,
      Map<String, Supplier<Future<?>>> dependencies,
      Supplier<Map<String, Long>> drift,
      Supplier<Set<String>> stale,
      Supplier<Map<String, String>> sources) {
    this.sources = sources;
    this.drift = drift;
    this.stale = stale;
    this.readiness = readiness;
    this.node = node;
    this.sessions = sessions;
    this.checks = HealthChecks.create(vertx);
    dependencies.forEach(
        (name, probe) ->
            checks.register(
                name,
                CHECK_TIMEOUT_MILLIS,
                result ->
                    probe
                        .get()
                        .onComplete(
                            // The check itself completes on a timeout.
                            up -> result.tryComplete(Status.OK()),
                            failure -> result.tryComplete(Status.KO(problem(failure))))));
  }

  /**
   * The response of {@code /health/ready}.
   *
   * @param status {@code starting}, {@code up}, {@code degraded} (ready, but a dependency is
   *     unavailable, a board is stale, or a source has a problem), {@code failed} (it has a fault),
   *     {@code leaving}, or {@code role_missing} (the caller asked for a role that the node lacks)
   * @param fault what only a restart of the node repairs, which it does by itself; null for none
   * @param missing parts that are not up yet
   * @param dependencies by name: {@code up}, {@code away}, or the summary of a {@link TlsFailure}
   *     or {@link DatabaseFailure}
   * @param drift wrong rollup rows by board, of the boards that this node holds
   * @param stale those of them that cannot be computed; readers get the last known snapshot
   * @param sources problems of sources by name; absent without any
   */
  record Health(
      String status,
      @JsonInclude(JsonInclude.Include.NON_NULL) String fault,
      Set<String> missing,
      Map<String, String> dependencies,
      Map<String, Long> drift,
      Set<String> stale,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> sources,
      NodeInfo node) {}

  /**
   * The response of {@code /health/started}.
   *
   * @param status {@code starting}, or {@code started} for the rest of the node's life
   * @param missing parts that are not up yet
   */
  record Start(String status, Set<String> missing) {}

  /**
   * The response of {@code /health}.
   *
   * @param status {@code healthy}, {@code starting}, {@code failed} or {@code leaving}
   * @param sessions open client connections of this node
   */
  record ServiceHealth(String status, int sessions, Instant timestamp) {}

  @Override
  public void mount(Router router) {
    router.get("/health").setName("health").handler(this::health);
    router
        .get("/health/live")
        .setName("live")
        .handler(
            context -> {
              QueryParameters.of(context);
              JsonResponse.json(context, 200, Map.of("status", "up"));
            });
    router.get("/health/started").setName("started").handler(this::started);
    router.get("/health/ready").setName("ready").handler(this::ready);
    router
        .route()
        .order(-1)
        .handler(
            context -> {
              if (!readiness.isStarting() || readiness.isLeaving() || isOperational(context))
                context.next();
              else {
                context.fail(
                    Problem.unavailable("this node is starting: " + readiness.missing(), 1));
              }
            });
  }

  private static boolean isOperational(RoutingContext context) {
    String path = RequestPath.relative(context);
    return path.equals("/health")
        || path.startsWith("/health/")
        || path.equals("/metrics")
        || path.equals(EVENT_STREAM);
  }

  private void health(RoutingContext context) {
    boolean isReady = readiness.isReady();
    String status = isReady ? "healthy" : unready();
    JsonResponse.json(
        context,
        isReady ? 200 : 503,
        new ServiceHealth(status, sessions.getAsInt(), Instant.now()));
  }

  private void started(RoutingContext context) {
    QueryParameters.of(context);
    boolean isStarting = readiness.isStarting();
    JsonResponse.json(
        context,
        isStarting ? 503 : 200,
        new Start(isStarting ? STARTING : "started", readiness.missing()));
  }

  private void ready(RoutingContext context) {
    Optional<String> role = QueryParameters.of(context, ROLE).text(ROLE);
    if (role.isPresent() && !ROLES.contains(role.get())) {
      throw Problem.invalid(ROLE, "one of " + String.join(", ", ROLES));
    }
    checks
        .checkStatus()
        .onSuccess(result -> respond(context, result, role))
        .onFailure(context::fail);
  }

  /** What an operator must change, where waiting does not help; else that it is away. */
  private static JsonObject problem(Throwable failure) {
    String text =
        TlsFailure.of(failure)
            .map(TlsFailure::summary)
            .or(() -> DatabaseFailure.of(failure).map(DatabaseFailure::summary))
            .orElse(AWAY);
    return new JsonObject().put(PROBLEM, text);
  }

  private static String state(CheckResult check) {
    if (check.getUp()) return "up";
    // Without data, the check took too long.
    return check.getData() == null ? AWAY : check.getData().getString(PROBLEM, AWAY);
  }

  private void respond(RoutingContext context, CheckResult result, Optional<String> role) {
    var dependencies = new TreeMap<String, String>();
    List<CheckResult> each = result.getChecks() == null ? List.of() : result.getChecks();
    each.forEach(check -> dependencies.put(check.getId(), state(check)));
    var staleBoards = stale.get();
    var problems = sources.get();
    boolean isDegraded =
        !dependencies.values().stream().allMatch("up"::equals)
            || !staleBoards.isEmpty()
            || !problems.isEmpty();
    NodeInfo self = node.get();
    boolean hasRole = role.isEmpty() || self.roles().contains(role.get());
    boolean isReady = readiness.isReady();
    String status =
        !isReady ? unready() : !hasRole ? "role_missing" : isDegraded ? "degraded" : "up";
    JsonResponse.json(
        context,
        isReady && hasRole ? 200 : 503,
        new Health(
            status,
            readiness.fault().orElse(null),
            readiness.missing(),
            dependencies,
            drift.get(),
            staleBoards,
            problems,
            self));
  }

  private String unready() {
    if (readiness.isLeaving()) return "leaving";
    return readiness.fault().isPresent() ? "failed" : STARTING;
  }
}
