package dev.boardcast.boards.routing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Leases;
import dev.boardcast.database.Pools;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.metrics.BoardRoutes;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.metrics.MetricsContext;
import dev.boardcast.metrics.MetricsVerticle;
import dev.boardcast.metrics.SnapshotCache;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.TestBoardContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The routing board on a real HTTP port. Calls block. */
final class RoutingApi implements AutoCloseable {
  /** So short that tests need not wait for it. */
  private static final MetricsConfig QUICK =
      Settings.of(
          MetricsConfig.class,
          "metrics-min-interval=20ms",
          "metrics-heartbeat=1s",
          "metrics-lease-ttl=600ms");

  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;
  private final WebClient client = WebClient.create(vertx);
  private final int port;

  /** Tokens are {@code <user>:<role>}; visibility as given, else public. */
  RoutingApi(
      DatabaseConfig config, HttpConfig http, Map<String, Visibility> visibility, boolean computes)
      throws Exception {
    pool = Pools.pool(vertx, config);
    var bus = new TypedBus(vertx);
    var clock = Clock.systemUTC();
    var meters = new SimpleMeterRegistry();
    var cache =
        new SnapshotCache(
            vertx, new SnapshotCache.Config("test", config, QUICK), pool, bus, clock, meters);
    get(cache.start());
    var context = new TestBoardContext(vertx, pool).ingest(new IngestService(http, true));
    var boards = List.<dev.boardcast.spi.Board>of(new RoutingBoard(context.events()));
    if (computes) {
      get(
          vertx.deployVerticle(
              new MetricsVerticle(
                  new MetricsContext(
                      Leases.heartbeat(vertx, "n", config), pool, pool, bus, QUICK, clock, meters),
                  cache,
                  boards,
                  List.of())));
    }
    var routes = new ArrayList<>(new RoutingModule().routes(context));
    routes.add(
        new BoardRoutes(
            boards,
            cache,
            new HistoryQueryLimiter(pool),
            board -> visibility.getOrDefault(board, Visibility.PUBLIC),
            clock));
    var api =
        new HttpApiVerticle(
            "127.0.0.1", 0, http, new ApiRouter(http, RoutingApi::authenticate, List.of(), routes));
    get(vertx.deployVerticle(api));
    port = api.port();
  }

  private static Future<Principal> authenticate(String token) {
    String[] parts = token.split(":");
    // As with tokens that a remote server verifies: the body arrives before the result.
    return Future.succeededFuture(
            new Principal(parts[0], Set.of(), Set.of(parts[1]), Instant.EPOCH, Instant.MAX))
        .compose(principal -> Vertx.currentContext().executeBlocking(() -> principal));
  }

  HttpRequest<Buffer> request(HttpMethod method, String path, String token) {
    var request = client.request(method, port, "127.0.0.1", path);
    return token == null ? request : request.bearerTokenAuthentication(token);
  }

  HttpResponse<Buffer> get(String path, String token) throws Exception {
    return get(request(HttpMethod.GET, path, token).send());
  }

  /** Sends decisions with the role {@code ingest}. */
  HttpResponse<Buffer> post(String contentType, byte[] body) throws Exception {
    return post(contentType, body, "u:ingest");
  }

  HttpResponse<Buffer> post(String contentType, byte[] body, String token) throws Exception {
    return get(
        request(HttpMethod.POST, "/routing/decisions", token)
            .putHeader("Content-Type", contentType)
            .sendBuffer(Buffer.buffer(body)));
  }

  static JsonNode json(HttpResponse<Buffer> response) throws Exception {
    return Json.MAPPER.readTree(response.body().getBytes());
  }

  Vertx vertx() {
    return vertx;
  }

  static <T> T get(Future<T> future) throws TimeoutException {
    return future.await(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws TimeoutException {
    get(vertx.close());
  }
}
