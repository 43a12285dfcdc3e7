package dev.boardcast.example.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example application serves its own content beside Boardcast's. */
@Timeout(120)
class PortalIT {
  private static final String DEPLOY = "{\"service\":\"web\",\"succeeded\":true,\"seconds\":41.5}";

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private final HttpClient http = HttpClient.newHttpClient();
  private Portal portal;

  @BeforeEach
  void start() throws Exception {
    sql.run("DROP SCHEMA boardcast CASCADE");
    portal =
        Portal.start(vertx, db.postgresUri(), db.redisUri(), FreePorts.one(), meters)
            .await(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    if (portal != null) portal.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void itsOwnBoardIsServedBelowItsPathToItsOwnUsers() throws Exception {
    try (var socket = socket("/dashboards/ws?topics=deploys", "key-of-ben")) {
      assertEquals(0, socket.next("metrics:update").at("/data/total").asInt());

      assertEquals(401, post("/dashboards/deploys", DEPLOY, "key-of-nobody").statusCode());
      assertEquals(403, post("/dashboards/deploys", DEPLOY, "key-of-ben").statusCode());
      assertEquals(201, post("/dashboards/deploys", DEPLOY, "key-of-ann").statusCode());

      socket.takeUntil(message -> message.at("/data/total").asInt() == 1);
    }
    JsonNode read = Json.MAPPER.readTree(get("/dashboards/api/v1/boards/deploys").body());
    assertEquals(1, read.at("/data/by_service/web").asInt());
  }

  @Test
  void tasksOfItsUsersAreSeenByTheirTeam() throws Exception {
    String task = "{\"title\":\"Deploy\",\"team_id\":\"data\"}";
    try (var socket = socket("/dashboards/api/ws", "key-of-ben")) {
      socket.next("connection_ack");

      var created = post("/dashboards/api/v1/tasks", task, "key-of-ben");
      assertEquals(201, created.statusCode(), created.body());
      String location = created.headers().firstValue("Location").orElseThrow();
      assertTrue(location.startsWith("/dashboards/api/v1/tasks/"), location);
      assertEquals(200, get(location, "key-of-ben").statusCode());
      assertEquals(404, get(location, "key-of-ann").statusCode());

      assertEquals("Deploy", socket.next("task_created").at("/data/title").asText());
    }
  }

  @Test
  void itsRowAndItsEventAreOneTransaction() throws Exception {
    try (var stream =
        SseClient.open(vertx, uri("/dashboards/api/v1/stream?topics=news").toString(), Map.of())) {
      stream.next("subscribed");

      assertEquals(201, post("/announcements", "Lunch is ready", "").statusCode());

      assertEquals("Lunch is ready", stream.next("announcement").data().at("/data/text").asText());
    }
    assertEquals(List.of("Lunch is ready"), sql.column("SELECT text FROM public.announcement"));
  }

  @Test
  void itsFilesTablesAndMetersStayItsOwn() throws Exception {
    assertTrue(get("/").body().contains("Developer portal"));
    assertEquals("openapi: of the portal", get("/api/openapi.yaml").body());
    assertTrue(get("/dashboards/").body().contains("<title>Boardcast</title>"));
    assertTrue(get("/dashboards/api/openapi.yaml").body().startsWith("openapi: 3.1"));
    assertEquals(404, get("/dashboards/db/migration/V1__portal.sql").statusCode());
    assertEquals(404, get("/api/v1/boards").statusCode());

    assertEquals(List.of("Order desks"), sql.column("SELECT title FROM public.task"));
    assertEquals(List.of("1"), sql.column("SELECT version FROM public.flyway_schema_history"));
    assertTrue(sql.column("SELECT title FROM boardcast.task").isEmpty());

    assertTrue(
        meters.find("boardcast.gateway.sessions").tag("application", "boardcast").gauge() != null);
    assertEquals(404, get("/dashboards/metrics").statusCode());
    assertTrue(get("/dashboards/health/ready").body().contains("\"up\""));

    portal.close().await(30, TimeUnit.SECONDS);
    portal = null;
    assertTrue(meters.getMeters().isEmpty(), meters.getMeters().toString());
  }

  @Test
  void thePagesAndTheClientWorkBelowItsPath() throws Exception {
    var bare = get("/dashboards?kiosk");
    assertEquals(308, bare.statusCode());
    assertEquals("dashboards/?kiosk", bare.headers().firstValue("Location").orElseThrow());

    try (var browser = Browser.start()) {
      var dashboards = browser.page();
      dashboards.navigate(uri("/dashboards/#/deploys"));
      dashboards.await("document.querySelector('h1')?.textContent === 'Deployments'");
      dashboards.await("document.querySelector('connection-pill')?.textContent.includes('Live')");

      var own = browser.page();
      own.navigate(uri("/"));
      own.await("document.getElementById('deploys')?.textContent === '0 deployments'");
      post("/dashboards/deploys", DEPLOY, "key-of-ann");
      own.await("document.getElementById('deploys')?.textContent === '1 deployments'");
      assertEquals(List.of(), dashboards.errors());
      assertEquals(List.of(), own.errors());
    }
  }

  private WsClient socket(String path, String key) {
    String separator = path.contains("?") ? "&" : "?";
    return WsClient.connect(
        vertx, "ws://127.0.0.1:" + portal.port() + path + separator + "token=" + key);
  }

  private HttpResponse<String> post(String path, String body, String key) throws Exception {
    var request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body));
    if (body.startsWith("{")) request.header("Content-Type", "application/json");
    return send(request, key);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(path, "");
  }

  private HttpResponse<String> get(String path, String key) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)), key);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String key) throws Exception {
    if (!key.isEmpty()) request.header("Authorization", "Bearer " + key);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + portal.port() + path);
  }
}
