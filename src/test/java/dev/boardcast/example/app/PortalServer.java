package dev.boardcast.example.app;

import dev.boardcast.Boardcast;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The portal's HTTP server, with the dashboards below a path of it. */
final class PortalServer extends VerticleBase {
  private final int port;
  private final Pool pool;
  private final Boardcast boardcast;
  private HttpServer server;

  PortalServer(int port, Pool pool, Boardcast boardcast) {
    this.port = port;
    this.pool = pool;
    this.boardcast = boardcast;
  }

  @Override
  public Future<?> start() {
    var router = Router.router(vertx);
    // Before the portal's body handler: Boardcast reads its bodies itself.
    boardcast.mount(router, "/dashboards");
    router.post("/announcements").handler(BodyHandler.create(false)).handler(this::announce);
    router.get("/api/openapi.yaml").handler(context -> context.end("openapi: of the portal"));
    router.get("/*").handler(StaticHandler.create("web"));
    server = vertx.createHttpServer().requestHandler(router);
    return server.listen(port, "127.0.0.1");
  }

  int port() {
    return server.actualPort();
  }

  /** Writes the portal's row and its event in one transaction. */
  private void announce(RoutingContext context) {
    String text = context.body().asString();
    var event =
        new NewEvent(
            UUID.randomUUID(),
            "announcement",
            List.of("news"),
            RawJson.encode(Map.of("text", text)),
            Instant.now());
    pool.withTransaction(
            tx ->
                tx.preparedQuery("INSERT INTO announcement (text) VALUES ($1)")
                    .execute(Tuple.of(text))
                    .compose(inserted -> boardcast.events().append(tx, List.of(event))))
        .onSuccess(
            committed -> {
              boardcast.events().committed(List.of(event));
              context.response().setStatusCode(201).end();
            })
        .onFailure(context::fail);
  }
}
