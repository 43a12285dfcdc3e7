package dev.boardcast.http;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.AccessLog;
import dev.boardcast.web.DirectRequestHandler;
import dev.boardcast.web.DirectRequests;
import dev.boardcast.web.HeadResponses;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.ProblemHandler;
import dev.boardcast.web.RequestSyntax;
import dev.boardcast.web.audit.AuditTrail;
import dev.boardcast.web.audit.RequestId;
import dev.boardcast.web.limits.AcceptedConnections;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Builds the router of a node's HTTP API: syntax and origin checks, the routes of connections, then
 * the token check, bodies, time limits and all other routes, with one error handler. Thread safe;
 * every server instance needs a router of its own.
 */
public final class ApiRouter {
  private final HttpConfig config;
  private final Authenticator authenticator;
  private final OriginPolicy origins;
  private final List<Routes> connections;
  private final List<Routes> routes;
  private final ClientLimits limits;
  private final Optional<AuditTrail> audit;
  private final RequestMeters meters;
  private final AccessLog accessLog;

  /**
   * As below, with the default bounds of clients, for pages of all origins that bring no cookies.
   */
  public ApiRouter(
      HttpConfig config,
      Authenticator authenticator,
      List<Routes> connections,
      List<Routes> routes) {
    this(
        config,
        authenticator,
        OriginPolicy.PUBLIC,
        connections,
        routes,
        ClientLimits.defaults(),
        Optional.empty());
  }

  /**
   * @param origins which pages may use the node
   * @param connections routes that check tokens themselves and read no body, such as the gateway's
   * @param routes in the order in which they are tried
   * @param audit where acts are recorded; empty for nowhere
   */
  public ApiRouter(
      HttpConfig config,
      Authenticator authenticator,
      OriginPolicy origins,
      List<Routes> connections,
      List<Routes> routes,
      ClientLimits limits,
      Optional<AuditTrail> audit) {
    this.config = config;
    this.authenticator = authenticator;
    this.origins = origins;
    this.connections = List.copyOf(connections);
    this.routes = List.copyOf(routes);
    this.limits = limits;
    this.audit = audit;
    meters = new RequestMeters(limits);
    accessLog = AccessLog.of(config.accessLog());
  }

  /**
   * Answers the requests of a port of the node, whose syntax was checked: those of sessions without
   * a router, all others by {@link #forPort}.
   */
  Handler<HttpServerRequest> requestsOfPort(Vertx vertx) {
    Router router = forPort(vertx);
    List<DirectRequests> direct =
        connections.stream()
            .filter(DirectRequests.class::isInstance)
            .map(DirectRequests.class::cast)
            .toList();
    return new DirectRequestHandler(config.basePath().orElse(""), direct, router, accessLog);
  }

  /** A router for a port of the node: with a base path, everything but {@code /health} is below. */
  public Router forPort(Vertx vertx) {
    if (config.basePath().isEmpty()) return create(vertx);
    String base = config.basePath().get();
    var root = withErrorHandlers(Router.router(vertx));
    root.get("/health").handler(context -> context.reroute(base + "/health"));
    mount(vertx, root, base);
    return root;
  }

  /**
   * Adds every path below a path of another router, which need not handle their errors.
   *
   * @param path begins with a slash and does not end with one
   */
  public void mount(Vertx vertx, Router other, String path) {
    other.get(path).handler(context -> addSlash(context, path));
    Router own = create(vertx);
    // As subRouter, which cannot keep the content out of answers to HEAD.
    other
        .route(path + "/*")
        .handler(context -> own.handleContext(HeadResponses.of(context)))
        .failureHandler(context -> own.handleFailure(HeadResponses.of(context)));
    var absent = new ProblemHandler(404);
    other.route(path + "/*").handler(context -> absent.handle(HeadResponses.of(context)));
  }

  ClientLimits limits() {
    return limits;
  }

  /** A router of the paths themselves. */
  public Router create(Vertx vertx) {
    var router = withErrorHandlers(Router.router(vertx));
    router.route().handler(new ResponseHeaders());
    router.route().handler(this::begin);
    router.route().handler(meters);
    if (accessLog.isOn()) router.route().handler(new AccessLogHandler(accessLog));
    router.route().handler(this::checkSyntax);
    router.route().handler(this::checkOrigin);
    // First, so that pages of other origins can read errors too.
    if (!config.allowedOrigins().isEmpty()) {
      router.route().handler(new CorsPolicy(config.allowedOrigins()));
    }
    router.route().handler(new ExpectContinue());
    connections.forEach(each -> each.mount(router));
    int authentication = router.getRoutes().size();
    router
        .route()
        .order(authentication)
        .handler(new AuthenticationHandler(authenticator, limits, audit));
    router.route().handler(this::limitRate);
    router.route().handler(new BodyReader(config, limits));
    router.route().handler(new GzipBody(config.maxBody()));
    router.route().handler(CurrentAccess::check);
    // The limit begins when the body was read.
    router.route().handler(new RequestTimeout(config.answerLimit()));
    routes.forEach(each -> each.mount(router));
    addHead(router);
    rejectOtherMethods(router);
    handleFailures(router);
    checkEarly(router, authentication);
    return router;
  }

  /**
   * On the routes of operations too: what counts and logs a failure learns the operation so. Vert.x
   * begins with the first route again, so the early checks, which come before the operations, have
   * none: one of a template is also made for the literal paths that it matches.
   */
  private static void handleFailures(Router router) {
    var problems = new ProblemHandler(500);
    for (Route route : router.getRoutes()) {
      if (route.getPath() != null && route.methods() != null) route.failureHandler(problems);
    }
    router.route().failureHandler(problems);
  }

  private static Router withErrorHandlers(Router router) {
    for (int status : new int[] {400, 404, 405, 406, 413, 415, 500}) {
      router.errorHandler(status, new ProblemHandler(status));
    }
    return router;
  }

  /** Addresses on the start page are relative, so its own address must end with a slash. */
  private static void addSlash(RoutingContext context, String path) {
    var request = context.request();
    if (!request.path().equals(path)) {
      context.next();
      return;
    }
    String query = request.query() == null ? "" : "?" + request.query();
    context
        .response()
        .setStatusCode(308)
        .putHeader(HttpHeaders.LOCATION, path.substring(path.lastIndexOf('/') + 1) + "/" + query)
        .end();
  }

  /** HEAD wherever GET is (RFC 9110, 9.1): Vert.x sends the head of GET's answer. */
  private static void addHead(Router router) {
    for (Route route : router.getRoutes()) {
      if (route.methods() != null && route.methods().contains(HttpMethod.GET)) {
        route.method(HttpMethod.HEAD);
      }
    }
  }

  /** 405 for a path with routes for other methods: a router that is mounted cannot tell. */
  private static void rejectOtherMethods(Router router) {
    var allowed = new LinkedHashMap<String, List<HttpMethod>>();
    for (Route route : router.getRoutes()) {
      if (route.methods() == null || route.getPath() == null) continue;
      allowed.computeIfAbsent(route.getPath(), path -> new ArrayList<>()).addAll(route.methods());
    }
    // A path may match several, as /tasks/statistics does /tasks/:id.
    allowed.forEach(
        (path, methods) ->
            router.route(path).handler(context -> MethodNotAllowed.add(context, methods)));
    router.route().handler(MethodNotAllowed::failIfAny);
  }

  private void checkOrigin(RoutingContext context) {
    try {
      origins.check(context.request());
    } catch (Problem refused) {
      context.fail(refused);
      return;
    }
    context.next();
  }

  /**
   * Declares the acts of routes, and makes their declared checks, right after authentication: a
   * refusal is recorded, and bodies are not read.
   */
  private static void checkEarly(Router router, int order) {
    for (Route route : router.getRoutes()) {
      var act = AuditedRoute.of(route);
      var check = EarlyCheck.of(route);
      if (act.isEmpty() && check.isEmpty()) continue;
      Route early = router.route(route.getPath()).order(order).setName(route.getName());
      route.methods().forEach(early::method);
      early.handler(
          context -> {
            act.ifPresent(
                known ->
                    AuditLog.of(context).declare(known.action(), known.target().apply(context)));
            check.ifPresent(one -> one.accept(context));
            context.next();
          });
    }
  }

  private void limitRate(RoutingContext context) {
    String client = limits.client(context.request(), RequestPrincipal.of(context));
    limits
        .rates()
        .request(client)
        .ifPresentOrElse(
            limit -> context.fail(limit.refuse(context.response(), "too many requests")),
            context::next);
  }

  private void begin(RoutingContext context) {
    var request = context.request();
    // Here too, for a router of the application.
    if (!AcceptedConnections.begin(request)) return;
    RequestId.set(context);
    audit.ifPresent(trail -> trail.begin(context));
    context.addEndHandler(ended -> AcceptedConnections.end(request));
    context.next();
  }

  private void checkSyntax(RoutingContext context) {
    try {
      RequestSyntax.check(context.request());
    } catch (Problem malformed) {
      HeldBody.closeAfterAnswer(context);
      context.fail(malformed);
      return;
    }
    try {
      limits.requireAllowed(context.request());
    } catch (Problem refused) {
      context.fail(refused);
      return;
    }
    context.next();
  }
}
