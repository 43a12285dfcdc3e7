package dev.boardcast.gateway;

import dev.boardcast.spi.Problem;
import dev.boardcast.web.Caching;
import dev.boardcast.web.CheckedRequests;
import dev.boardcast.web.Expectation;
import dev.boardcast.web.InvalidRequestHandler;
import dev.boardcast.web.MemoryExhaustion;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.PercentEncoding;
import dev.boardcast.web.PortTls;
import dev.boardcast.web.RequestSize;
import dev.boardcast.web.SecurityHeaders;
import dev.boardcast.web.limits.AcceptedConnections;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;

/**
 * Serves the gateway's paths on a port of its own, beside {@code GET /health/live}. Instances of
 * one deployment share the port. Deployment fails when the event log cannot be read for {@value
 * #START_TRIES} tries, or when the port is taken.
 */
final class GatewayPortVerticle extends VerticleBase {
  private static final String LIVE = "/health/live";
  private static final int START_TRIES = 10;
  private static final int RETRY_MILLIS = 1_000;
  private static final int BACKLOG = 4_096;

  private final String host;
  private final int port;
  private final String basePath;
  private final GatewayConfig config;
  private final HubRegistry hubs;
  private final HandshakeHandler handshakes;
  private final OriginPolicy origins;
  private final PortTls tls;
  private final ClientLimits limits;
  private volatile HttpServer server;

  /**
   * @param port negative for a free one that instances share
   * @param basePath below which the paths are, or empty
   * @param origins which pages may connect
   */
  GatewayPortVerticle(
      String host,
      int port,
      String basePath,
      GatewayConfig config,
      HubRegistry hubs,
      HandshakeHandler handshakes,
      OriginPolicy origins,
      PortTls tls,
      ClientLimits limits) {
    this.host = host;
    this.port = port;
    this.basePath = basePath;
    this.config = config;
    this.hubs = hubs;
    this.handshakes = handshakes;
    this.origins = origins;
    this.tls = tls;
    this.limits = limits;
  }

  /** The bound port. Any thread. */
  int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> start() {
    return position(START_TRIES).compose(positioned -> listen());
  }

  @Override
  public Future<?> stop() {
    if (server == null) return Future.succeededFuture();
    tls.remove(server);
    return server.close();
  }

  private Future<?> position(int tries) {
    return hubs.current()
        .ready()
        .recover(
            failure -> {
              if (tries <= 1) return Future.failedFuture(failure);
              Promise<GatewayHub> again = Promise.promise();
              vertx.setTimer(
                  RETRY_MILLIS,
                  fired -> position(tries - 1).<GatewayHub>mapEmpty().onComplete(again));
              return again.future();
            });
  }

  /** The options of the server, without TLS. */
  static HttpServerOptions options(GatewayConfig config) {
    int silenceMillis = (int) config.silenceLimit().toMillis();
    return new HttpServerOptions()
        .setTcpNoDelay(true)
        // Closes a connection whose peer only receives and no longer acknowledges.
        .setTcpUserTimeout(silenceMillis)
        // Until the upgrade; then the session has timers of its own.
        .setIdleTimeout(silenceMillis)
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setAcceptBacklog(BACKLOG)
        .setMaxHeaderSize(RequestSize.MAX_HEADER)
        .setMaxInitialLineLength(RequestSize.MAX_LINE)
        .setInitialSettings(RequestSize.http2())
        .setHttp2ClearTextEnabled(false)
        .setCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        // Sessions check the limit themselves: Vert.x would end the connection without a code.
        .setMaxWebSocketFrameSize(beyond(config.maxFrame()))
        .setMaxWebSocketMessageSize(beyond(config.maxFrame()))
        .setWebSocketClosingTimeout(1);
  }

  private static int beyond(int maxFrame) {
    return (int) Math.min(4L * maxFrame, Integer.MAX_VALUE);
  }

  private Future<?> listen() {
    server =
        vertx
            .createHttpServer(tls.applyTo(options(config)))
            .connectionHandler(each -> each.exceptionHandler(MemoryExhaustion::report))
            .invalidRequestHandler(new InvalidRequestHandler())
            .requestHandler(tls.applyTo(new CheckedRequests(this::handle)));
    return server.listen(port, host).onSuccess(tls::add).compose(up -> limits.connections().of(up));
  }

  private void handle(HttpServerRequest request) {
    request.response().endHandler(ended -> AcceptedConnections.end(request));
    if (Expectation.isWaiting(request)) {
      InvalidRequestHandler.refuse(request, bodyRefusal(request));
      return;
    }
    String path = relative(PercentEncoding.normalized(request.path()));
    if (LIVE.equals(path)) {
      live(request);
    } else {
      handshakes.handle(request, origins, path, request::params);
    }
  }

  /** Of a client that waits for a 100: no path of the port takes a body. */
  private static Problem bodyRefusal(HttpServerRequest request) {
    try {
      AllowedMethods.require(request);
      return Problem.of(400, "Bad request", "no path of this port takes a body");
    } catch (Problem method) {
      return method;
    }
  }

  private static void live(HttpServerRequest request) {
    try {
      AllowedMethods.require(request);
      for (String name : request.params().names()) throw Problem.invalid(name, "no parameters");
    } catch (Problem refused) {
      HandshakeRejection.of(refused).send(request);
      return;
    }
    SecurityHeaders.set(request.response());
    request
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, Caching.NONE)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end("{\"status\":\"up\"}");
  }

  /** The path below the base path; null for one that is not below it. */
  private String relative(String path) {
    if (path == null || basePath.isEmpty()) return path;
    return path.startsWith(basePath + "/") ? path.substring(basePath.length()) : null;
  }
}
