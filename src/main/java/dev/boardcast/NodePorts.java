package dev.boardcast;

import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.RedirectVerticle;
import dev.boardcast.web.PortReservation;
import dev.boardcast.web.PortTls;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Reserves the ports of a node that has some, and serves HTTP on all but the gateway's. Thread
 * safe.
 */
final class NodePorts {
  /** Servers that share a port. */
  static final int SERVERS = Runtime.getRuntime().availableProcessors();

  private final NodeResources resources;
  private final NodeOptions options;
  private final CloseStack opened;
  private final boolean hasGateway;
  private final List<HttpApiVerticle> servers = new CopyOnWriteArrayList<>();
  private volatile PortTls tls;

  /**
   * @param opened closes what is opened here
   */
  NodePorts(NodeResources resources, CloseStack opened, boolean hasGateway) {
    this.resources = resources;
    this.options = resources.options();
    this.opened = opened;
    this.hasGateway = hasGateway;
  }

  /** Reserves all ports, then serves HTTP; fails with the setting of a port that is taken. */
  Future<?> open(PortRoutes routes) {
    return reserve()
        .compose(reserved -> openTls())
        .compose(read -> serveHttp(routes))
        .compose(up -> serveRedirect())
        .compose(up -> serveAdmin(routes));
  }

  /** The bound HTTP port; 0 before. */
  int http() {
    return servers.isEmpty() ? 0 : servers.get(0).port();
  }

  /** The certificates of all ports, once they are open. */
  PortTls tls() {
    return tls;
  }

  private Future<?> reserve() {
    String host = options.host();
    return reserve("http-port", host, Optional.of(options.httpPort()))
        .compose(done -> reserve("admin-port", options.admin().host(), options.admin().port()))
        .compose(done -> reserve("http-redirect-port", host, options.tls().redirectPort()))
        .compose(
            done ->
                reserve(
                    "gateway-port",
                    host,
                    hasGateway ? Optional.of(options.gatewayPort()) : Optional.empty()));
  }

  private Future<?> reserve(String setting, String host, Optional<Integer> port) {
    if (port.isEmpty()) return Future.succeededFuture();
    Future<PortReservation> reserved =
        resources.vertx().executeBlocking(() -> PortReservation.of(setting, host, port.get()));
    return opened.add(
        reserved,
        () -> {
          reserved.result().close();
          return Future.succeededFuture();
        });
  }

  private Future<?> openTls() {
    Future<PortTls> started =
        PortTls.start(resources.vertx(), options.tls(), resources.registry())
            .onSuccess(read -> tls = read);
    return opened.add(
        started,
        () -> {
          tls.close();
          return Future.succeededFuture();
        });
  }

  private Future<?> serveHttp(PortRoutes routes) {
    int port = HttpApiVerticle.shared(options.httpPort());
    return opened.deploy(
        SERVERS,
        () -> {
          HttpApiVerticle server = server(options.host(), port, routes::httpPort);
          servers.add(server);
          return server;
        });
  }

  private Future<?> serveAdmin(PortRoutes routes) {
    if (options.admin().port().isEmpty()) return Future.succeededFuture();
    String host = options.admin().host();
    int port = options.admin().port().get();
    return opened.deploy(1, () -> server(host, port, routes::adminPort));
  }

  private HttpApiVerticle server(String host, int port, Supplier<ApiRouter> router) {
    return new HttpApiVerticle(host, port, options.http(), router.get(), Optional.of(tls));
  }

  private Future<?> serveRedirect() {
    if (options.tls().redirectPort().isEmpty()) return Future.succeededFuture();
    int port = options.tls().redirectPort().get();
    return opened.deploy(
        1,
        () ->
            new RedirectVerticle(
                options.host(), port, this::http, resources.limits().connections()));
  }
}
