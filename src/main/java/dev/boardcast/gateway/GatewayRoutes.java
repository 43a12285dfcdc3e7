package dev.boardcast.gateway;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.DirectRequests;
import dev.boardcast.web.OriginPolicy;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/**
 * The paths of the gateway on a router: those of WebSockets and {@code /api/v1/stream}, relative to
 * where the router is mounted. Mount it before anything that reads bodies or checks tokens. Thread
 * safe.
 */
final class GatewayRoutes implements Routes, DirectRequests {
  private static final Problem NO_ROLE =
      Problem.unavailable("this node does not have the role gateway, which serves this path", 5);

  private final EndpointTable endpoints;
  private final Set<String> paths;
  private final Optional<HandshakeHandler> handshakes;
  private final OriginPolicy origins;

  /**
   * @param handshakes empty on a node without the role {@code gateway}: its paths answer 503
   * @param origins which pages may connect
   */
  GatewayRoutes(
      EndpointTable endpoints, Optional<HandshakeHandler> handshakes, OriginPolicy origins) {
    this.endpoints = endpoints;
    this.paths = Set.copyOf(endpoints.paths());
    this.handshakes = handshakes;
    this.origins = origins;
  }

  @Override
  public void mount(Router router) {
    for (String path : paths) {
      router.route(path).setName("socket").handler(context -> handle(context, path));
    }
    router
        .route(EndpointTable.BOARD)
        .setName("socket")
        .handler(
            context -> handle(context, EndpointTable.METRICS + "/" + context.pathParam("board")));
    router
        .get(SseRequest.PATH)
        .setName("followTopics")
        .handler(context -> handle(context, SseRequest.PATH));
  }

  /** Handshakes of sessions alone: the rest is rare. */
  @Override
  public boolean takes(HttpServerRequest request, String path) {
    return handshakes.isPresent()
        && request.method() == HttpMethod.GET
        && HttpHeaders.WEBSOCKET.toString().equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
        && (paths.contains(path) || path.startsWith(EndpointTable.METRICS + "/"));
  }

  @Override
  public Optional<String> template(String path) {
    return endpoints.template(path);
  }

  @Override
  public void handle(HttpServerRequest request, String path) {
    handshakes.orElseThrow().handle(request, origins, path, request::params);
  }

  private void handle(RoutingContext context, String path) {
    handshakes.ifPresentOrElse(
        handler -> handler.handle(context.request(), origins, path, context::queryParams),
        () -> HandshakeRejection.of(NO_ROLE).send(context.request()));
  }
}
