package dev.boardcast.http;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.InvalidRequestHandler;
import dev.boardcast.web.ProblemHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP port: the rooms' routes behind one token check and one error handler; upgrades are
 * handed on. One per core; instances share the port.
 */
public final class HttpApiVerticle extends VerticleBase {
  private final String host;
  private final int port;
  private final HttpConfig config;
  private final Authenticator authenticator;
  private final List<Routes> routes;
  private final UpgradeProxy upgrades;
  private HttpServer server;

  /**
   * @param port as {@link #shared} gives it; see {@link #port()} for what was bound
   * @param routes in the order in which they are asked
   */
  public HttpApiVerticle(
      String host,
      int port,
      HttpConfig config,
      Authenticator authenticator,
      List<Routes> routes,
      UpgradeProxy upgrades) {
    this.host = host;
    this.port = port;
    this.config = config;
    this.authenticator = authenticator;
    this.routes = List.copyOf(routes);
    this.upgrades = upgrades;
  }

  /**
   * The same port for all instances: Vert.x shares one free port among those who ask for the same
   * negative number.
   */
  public static int shared(int port) {
    return port == 0 ? -1 - ThreadLocalRandom.current().nextInt(1 << 20) : port;
  }

  @Override
  public Future<?> start() {
    var options =
        new HttpServerOptions()
            .setIdleTimeout((int) config.idleLimit().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setTcpNoDelay(true)
            // What a tunnelled client that only listens does not acknowledge shows it is gone.
            .setTcpUserTimeout((int) config.idleLimit().toMillis())
            .setAcceptBacklog(1024)
            .setMaxHeaderSize(16 << 10)
            .setMaxInitialLineLength(8 << 10)
            .setHandle100ContinueAutomatically(true)
            .setDecompressionSupported(false);
    Router router = router();
    Handler<HttpServerRequest> upgrade = upgrades.handler(vertx);
    server =
        vertx
            .createHttpServer(options)
            .invalidRequestHandler(new InvalidRequestHandler())
            .requestHandler(
                request -> {
                  if (UpgradeProxy.isUpgrade(request)) upgrade.handle(request);
                  else router.handle(request);
                });
    return server.listen(port, host);
  }

  /** The port that was bound. */
  public int port() {
    return server.actualPort();
  }

  @Override
  public Future<?> stop() {
    return server.shutdown(2, TimeUnit.SECONDS);
  }

  private Router router() {
    var router = Router.router(vertx);
    for (int status : new int[] {400, 404, 405, 406, 413, 415, 500}) {
      router.errorHandler(status, new ProblemHandler(status));
    }
    var body = BodyHandler.create(false).setBodyLimit(config.maxBody());
    // First: pages of other origins may read what went wrong, too.
    if (!config.allowedOrigins().isEmpty()) {
      router.route().handler(new CorsPolicy(config.allowedOrigins()));
    }
    router.route().handler(new AuthenticationHandler(authenticator));
    router
        .route()
        .handler(
            context -> {
              if (Ingest.isNdjson(context)) context.next();
              else body.handle(context);
            });
    // A body may take its time; what is done with it may not.
    router.route().handler(new RequestTimeout(config.answerLimit()));
    routes.forEach(room -> room.mount(router));
    router.route().failureHandler(new ProblemHandler(500));
    return router;
  }
}
