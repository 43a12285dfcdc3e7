package dev.boardcast.http;

import dev.boardcast.web.CheckedRequests;
import dev.boardcast.web.InvalidRequestHandler;
import dev.boardcast.web.MemoryExhaustion;
import dev.boardcast.web.PortTls;
import dev.boardcast.web.RequestSize;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Serves a node's HTTP port. One instance per core; instances share the port. */
public final class HttpApiVerticle extends VerticleBase {
  private final String host;
  private final int port;
  private final HttpConfig config;
  private final ApiRouter router;
  private final Optional<PortTls> tls;
  private HttpServer server;

  /** As the other one, without TLS. */
  public HttpApiVerticle(String host, int port, HttpConfig config, ApiRouter router) {
    this(host, port, config, router, Optional.empty());
  }

  /**
   * @param port as {@link #shared} gives it; see {@link #port()} for what was bound
   */
  public HttpApiVerticle(
      String host, int port, HttpConfig config, ApiRouter router, Optional<PortTls> tls) {
    this.host = host;
    this.port = port;
    this.config = config;
    this.router = router;
    this.tls = tls;
  }

  /**
   * The port for all instances of a node: Vert.x shares one free port among servers that listen on
   * the same negative number.
   */
  public static int shared(int port) {
    return port == 0 ? -1 - ThreadLocalRandom.current().nextInt(1 << 20) : port;
  }

  @Override
  public Future<?> start() {
    int idleMillis = (int) config.idleLimit().toMillis();
    var options =
        new HttpServerOptions()
            .setIdleTimeout(idleMillis)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setTcpNoDelay(true)
            // Closes a connection whose peer only receives and no longer acknowledges.
            .setTcpUserTimeout(idleMillis)
            .setAcceptBacklog(1024)
            .setMaxHeaderSize(RequestSize.MAX_HEADER)
            .setMaxInitialLineLength(RequestSize.MAX_LINE)
            .setInitialSettings(RequestSize.http2())
            // Not before the caller was checked.
            .setHandle100ContinueAutomatically(false)
            .setDecompressionSupported(false)
            // Messages are compressed by the gateway, once for all sessions.
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false);
    PortTls security = tls.orElseGet(() -> PortTls.off(vertx));
    server =
        vertx
            .createHttpServer(security.applyTo(options))
            .connectionHandler(each -> each.exceptionHandler(MemoryExhaustion::report))
            .invalidRequestHandler(new InvalidRequestHandler())
            .requestHandler(security.applyTo(new CheckedRequests(router.requestsOfPort(vertx))));
    return server
        .listen(port, host)
        .onSuccess(security::add)
        .compose(up -> router.limits().connections().of(up));
  }

  /** The bound port. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    tls.ifPresent(security -> security.remove(server));
    return server.shutdown(2, TimeUnit.SECONDS);
  }
}
