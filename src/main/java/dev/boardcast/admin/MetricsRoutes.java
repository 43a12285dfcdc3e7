package dev.boardcast.admin;

import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.CidrBlock;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Serves {@code GET /metrics} to peers in {@code metrics-allow} and to the roles {@code viewer} and
 * {@code admin}. A request that came through a proxy needs the role: its peer is the proxy.
 */
public final class MetricsRoutes implements Routes {
  private static final String PATH = "/metrics";
  private static final List<String> OF_PROXIES =
      List.of("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "Via");

  private final NodeMeters meters;
  private final List<CidrBlock> allowed;

  public MetricsRoutes(NodeMeters meters, List<CidrBlock> allowed) {
    this.meters = meters;
    this.allowed = List.copyOf(allowed);
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("metrics").handler(this::answer);
  }

  private void answer(RoutingContext context) {
    if (!isAllowed(context.request())) requireRole(context);
    QueryParameters.of(context);
    meters.answer(context);
  }

  private boolean isAllowed(HttpServerRequest request) {
    if (OF_PROXIES.stream().anyMatch(header -> request.headers().contains(header))) return false;
    String peer = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
    return peer != null && allowed.stream().anyMatch(network -> network.contains(peer));
  }

  private static void requireRole(RoutingContext context) {
    Principal principal =
        RequestPrincipal.of(context)
            .orElseThrow(
                () ->
                    Problem.unauthenticated(
                        "this needs a token with the role viewer, or a peer in metrics-allow"));
    if (!principal.hasRole(Principal.VIEWER)) {
      throw Problem.forbidden("this needs the role viewer, or a peer in metrics-allow");
    }
  }
}
