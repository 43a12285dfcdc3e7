package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Leases;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.events.EventEmitterVerticle;
import dev.boardcast.events.EventLog;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.BoardTopic;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.BoardRoutes;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.metrics.MetricsContext;
import dev.boardcast.metrics.MetricsVerticle;
import dev.boardcast.metrics.SnapshotCache;
import dev.boardcast.metrics.history.HistoryQueryLimiter;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TextTokens;
import dev.boardcast.testing.WsClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From the POST of a fact to the clients of all paths. */
class PipelineLiveIT {
  private static final PipelineModule MODULE = new PipelineModule();
  private static final DatabaseConfig DATABASE = Services.get().freshDatabase();

  private static Api api;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    api = new Api(DATABASE, HttpConfig.DEFAULTS, PipelineLiveIT::routes);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void everyPathShowsTheSameAndAlertsAreEvents() {
    var boards = new ArrayList<WsClient>();
    for (String path : MODULE.webSocketPaths()) boards.add(connect(path));
    boards.add(connect("/ws/metrics/pipeline"));
    WsClient alerts = connect("/ws?topics=alerts");
    alerts.next("subscribed");
    for (WsClient board : boards) {
      JsonNode first = board.next();
      assertEquals("pending", first.at("/scraping_health/status").asText(), first.toString());
      assertTrue(first.has("timestamp"));
    }

    Instant now = Instant.now();
    for (int i = 3; i > 0; i--) post(failure("tx", now.minusSeconds(i)));
    JsonNode raised = alerts.next("alert_raised").get("data");
    assertEquals("3 runs in a row failed", raised.get("message").asText());
    JsonNode shown = null;
    for (WsClient board : boards) {
      List<JsonNode> frames = board.takeUntil(frame -> !frame.get("alerts").isEmpty());
      shown = frames.get(frames.size() - 1);
      assertEquals("error", shown.at("/scraping_health/sources/tx/status").asText());
      assertEquals(raised, shown.at("/alerts/0"));
    }
    JsonNode read = api.call("GET", "/api/v1/monitoring/pipeline-status").now().json();
    assertEquals(withoutTime(shown), withoutTime(read));

    post(success("tx", now, 5));
    assertEquals(raised.get("id"), alerts.next("alert_cleared").at("/data/id"));
    for (WsClient board : boards) board.takeUntil(frame -> frame.get("alerts").isEmpty());
    boards.forEach(WsClient::close);
    alerts.close();
  }

  private static void post(ObjectNode run) {
    var answer = api.call("POST", RUNS).as(PipelineFixture.SENDER).json(run.toString()).now();
    assertEquals(201, answer.status(), answer.text());
  }

  /** Without members that differ between two computations of the same facts. */
  private static JsonNode withoutTime(JsonNode numbers) {
    ObjectNode same = numbers.deepCopy();
    same.remove("timestamp");
    ((ObjectNode) same.at("/scraping_health/sources/tx")).remove("freshness_seconds");
    return same;
  }

  private static WsClient connect(String path) {
    return WsClient.connect(api.parts().vertx(), "ws://127.0.0.1:" + gateway.port() + path);
  }

  /** Also deploys the verticles that the routes need. */
  private static List<Routes> routes(Api.Resources parts) {
    var vertx = parts.vertx();
    var clock = Clock.systemUTC();
    var meters = new SimpleMeterRegistry();
    var metrics = MetricsConfig.DEFAULTS;
    var cache =
        new SnapshotCache(
            vertx,
            new SnapshotCache.Config("test", DATABASE, metrics),
            parts.pool(),
            parts.bus(),
            clock,
            meters);
    Api.await(cache.start());
    var context = parts.board();
    Board board = MODULE.board(context).orElseThrow();
    var heartbeat = Leases.heartbeat(vertx, "n", DATABASE);
    Api.await(
        vertx.deployVerticle(
            new MetricsVerticle(
                new MetricsContext(
                    heartbeat, parts.pool(), parts.pool(), parts.bus(), metrics, clock, meters),
                cache,
                List.of(board),
                List.of())));
    Api.await(
        vertx.deployVerticle(
            new EventEmitterVerticle(
                heartbeat, parts.pool(), parts.bus(), EmitterConfig.DEFAULTS)));
    var topic = BoardTopic.of(board, Visibility.PUBLIC, MODULE.webSocketPaths());
    gateway =
        new Gateway(
            vertx,
            "n",
            parts.bus(),
            GatewayConfig.DEFAULTS,
            new GatewayServices(
                new EventLog(parts.pool()),
                cache::latest,
                new TextTokens(),
                TeamMemberships.OF_TOKEN,
                new TopicCatalogue(List.of(topic), Map.of())),
            Optional.empty());
    Api.await(gateway.start("127.0.0.1", 0, 1));
    var routes = new ArrayList<Routes>(MODULE.routes(context));
    routes.add(
        new BoardRoutes(
            List.of(board),
            cache,
            new HistoryQueryLimiter(parts.pool()),
            name -> Visibility.PUBLIC,
            clock));
    return routes;
  }
}
