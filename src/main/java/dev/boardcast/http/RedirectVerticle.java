package dev.boardcast.http;

import dev.boardcast.web.DateHeader;
import dev.boardcast.web.limits.AcceptedConnections;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Serves a port without TLS that redirects every request to the same address with https (308), and
 * reads no bodies. Requests without a host get 400.
 */
public final class RedirectVerticle extends VerticleBase {
  private static final int IDLE_SECONDS = 10;
  private static final int HTTPS = 443;

  private final String host;
  private final int port;
  private final IntSupplier target;
  private final AcceptedConnections connections;
  private HttpServer server;

  /**
   * @param port 0 for any free one
   * @param target the port with TLS
   * @param connections bounds those of this port too
   */
  public RedirectVerticle(
      String host, int port, IntSupplier target, AcceptedConnections connections) {
    this.host = host;
    this.port = port;
    this.target = target;
    this.connections = connections;
  }

  @Override
  public Future<?> start() {
    var options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setMaxHeaderSize(16 << 10)
            .setMaxInitialLineLength(8 << 10);
    server = vertx.createHttpServer(options).requestHandler(this::redirect);
    return server.listen(port, host).compose(connections::of);
  }

  /** The bound port. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    return server.close();
  }

  private void redirect(HttpServerRequest request) {
    var response = request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    DateHeader.set(response);
    if (request.authority() == null || !request.uri().startsWith("/")) {
      response.setStatusCode(400).end();
      return;
    }
    int port = target.getAsInt();
    String name = request.authority().host() + (port == HTTPS ? "" : ":" + port);
    response
        .setStatusCode(308)
        .putHeader(HttpHeaders.LOCATION, "https://" + name + request.uri())
        .end();
  }
}
