package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Nginx;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes of different roles behind an nginx with the configuration of the product, which strips
 * {@code /dashboards} from each path.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxIT {
  private static final Path CONFIG = Path.of("src/main/docker/nginx.conf");
  private static final Person ANN = Person.of("ann", "plants").with("ingest", "publish");

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private Cluster cluster;
  private Nginx nginx;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = Cluster.start(Services.get().freshDatabase(), 1, "--roles", "api,metrics,emitter");
    URI gateway = cluster.add("--roles", "gateway").http();
    nginx = Nginx.start(CONFIG, directory, cluster.node(0).http(), gateway);
  }

  @AfterAll
  void stop() throws Exception {
    if (nginx != null) nginx.close();
    if (cluster != null) cluster.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void thePagesAreLiveAndWithoutErrors() throws Exception {
    try (var browser = Browser.start()) {
      var page = browser.page();
      page.navigate(nginx.uri("/dashboards/#/routing"));
      page.await("document.querySelector('connection-pill[data-state=live]')");
      page.await("document.querySelector('metric-tile .value')?.textContent === '0'");

      String decision = "{\"strategy\":\"cost\",\"provider\":\"p\",\"cost\":1}";
      assertEquals(201, post("/dashboards/routing/decisions", decision).statusCode());

      page.await("document.querySelector('metric-tile .value')?.textContent === '1'");
      assertEquals(1, page.sockets());
      assertEquals(List.of(), page.errors());
    }
  }

  @Test
  void aLocationLeadsBackThroughTheProxy() throws Exception {
    var created = post("/dashboards/api/v1/tasks", "{\"title\":\"Water the plants\"}");
    String location = created.headers().firstValue("Location").orElseThrow();
    assertTrue(location.startsWith("/dashboards/api/v1/tasks/"), location);
    var task = get(location);
    assertEquals(200, task.statusCode(), task.body());
    assertEquals("Water the plants", Json.MAPPER.readTree(task.body()).get("title").asText());
  }

  @Test
  void theBarePrefixLeadsToTheStartPage() throws Exception {
    var bare = get("/dashboards?kiosk");
    assertEquals(301, bare.statusCode());
    assertEquals("/dashboards/?kiosk", bare.headers().firstValue("Location").orElseThrow());
    assertTrue(get("/dashboards/").body().contains("<title>Boardcast</title>"));
  }

  @Test
  void socketsAndStreamsAreServedByTheNodeWithTheRole() throws Exception {
    String node = cluster.health(cluster.node(1)).at("/node/name").asText();
    String news = nginx.uri("/dashboards/api/v1/stream?topics=news").toString();
    String sockets = nginx.uri("/dashboards").toString().replace("http:", "ws:");
    try (var stream = SseClient.open(vertx, news, Map.of());
        var socket = WsClient.connect(vertx, sockets + "/ws?topics=news");
        var bare = WsClient.connect(vertx, sockets + "/ws/metrics/routing")) {
      assertEquals(node, stream.next("connection_ack").data().get("node").asText());
      assertEquals(node, socket.next("connection_ack").get("node").asText());
      stream.next("subscribed");
      socket.next("subscribed");
      bare.takeUntil(message -> message.has("total_decisions"));

      String event = "{\"type\":\"release\",\"data\":{\"text\":\"out\"}}";
      assertEquals(201, post("/dashboards/api/v1/streams/news/events", event).statusCode());

      assertEquals("out", stream.next("release").data().at("/data/text").asText());
      assertEquals("out", socket.next("release").at("/data/text").asText());
    }
    JsonNode ready = Json.MAPPER.readTree(get("/dashboards/health/ready").body());
    assertEquals(
        cluster.health(cluster.node(0)).at("/node/name"), ready.at("/node/name"), ready.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/boards/routing",
        "/api/v1/boards/a%2Fb",
        "/api/v1/streams/a%2520b/events?after=0%3A0&limit=2",
        "/api/openapi.yaml",
        "/pages/app.js",
        "/nowhere"
      })
  void aPathReachesTheNodeAsTheClientWroteIt(String path) throws Exception {
    var direct = cluster.get(cluster.node(0), path, ANN.token());
    var proxied = get("/dashboards" + path);
    assertEquals(direct.statusCode(), proxied.statusCode());
    assertEquals(withoutTimesAndIds(direct.body()), withoutTimesAndIds(proxied.body()));
  }

  @Test
  void aPrefixThatIsOnlyDecodedTheSameIsRefused() throws Exception {
    assertEquals(400, get("/%64ashboards/api/v1/boards").statusCode());
    assertEquals(404, get("/api/v1/boards").statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dashboards/health", "/dashboards/api/v1/stream?topics=news"})
  void anOfferOfHttp2IsNotPassedOn(String path) throws Exception {
    URI address = nginx.uri(path);
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(20_000);
      String request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
      socket.getOutputStream().write(request.formatted(path).getBytes(StandardCharsets.US_ASCII));
      var response = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      assertEquals("HTTP/1.1 200 OK", response.readLine());
    }
  }

  private static String withoutTimesAndIds(String body) {
    return body.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "‹time›")
        .replaceAll("\"request_id\":\"[^\"]+\"", "\"request_id\":\"‹id›\"");
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    var request = request(path).header("Content-Type", "application/json");
    return send(request.POST(BodyPublishers.ofString(json)));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(nginx.uri(path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + ANN.token());
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
