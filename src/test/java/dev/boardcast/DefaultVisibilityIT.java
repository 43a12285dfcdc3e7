package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may see boards and streams without a visibility of their own, on a node with a given key. */
@Timeout(120)
class DefaultVisibilityIT {
  private static final String ANN = Person.of("ann").token();

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private Boardcast node;

  @AfterEach
  void stop() throws Exception {
    if (node != null) node.close().await(30, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aClientWithoutATokenSeesNothing() throws Exception {
    start();
    assertEquals("[]", get("/api/v1/boards", null).body());
    for (String path :
        List.of(
            "/api/v1/boards/routing",
            "/api/v1/boards/routing/history?metric=total_decisions",
            "/api/v1/streams/news/events",
            "/api/v1/stream?topics=news",
            "/api/v1/stream?topics=routing",
            "/api/v1/monitoring/data-quality")) {
      assertEquals(401, get(path, null).statusCode(), path);
    }
    try (var client = WsClient.connect(vertx, socket("/ws?topics=routing,news"))) {
      assertEquals("not_authenticated", client.next("error").get("code").asText());
      assertEquals("not_authenticated", client.next("error").get("code").asText());
      client.send("{\"type\":\"auth\",\"token\":\"" + ANN + "\"}");
      client.next("metrics:update");
    }
    assertTrue(get("/api/v1/boards", ANN).body().contains("routing"));
    assertEquals(200, get("/api/v1/streams/news/events", ANN).statusCode());
  }

  @Test
  void olderPathsNameTheSettingThatOpensThem() throws Exception {
    start("gateway-auth-wait", "100ms");
    for (String path :
        List.of(
            "/routing/metrics",
            "/api/v1/metrics",
            "/api/v1/analytics/realtime-metrics",
            "/api/v1/monitoring/pipeline-status")) {
      var refused = get(path, null);
      assertEquals(401, refused.statusCode(), path);
      assertTrue(refused.body().contains("older-paths=public"), refused.body());
      assertEquals(200, get(path, ANN).statusCode(), path);
    }
    for (String path : List.of("/ws/metrics", "/api/v1/ws/monitoring/pipeline-status")) {
      try (var client = WsClient.connect(vertx, socket(path))) {
        assertEquals(4401, client.closeCode());
        assertTrue(client.closeReason().contains("older-paths"), client.closeReason());
      }
    }
  }

  @Test
  void openOlderPathsShowWhatHasNoVisibilityOfItsOwn() throws Exception {
    start("older-paths", "public", "visibility", "pipeline=role:ops");
    assertTrue(json(get("/routing/metrics", null)).has("total_decisions"));
    assertEquals(200, get("/api/v1/metrics", null).statusCode());
    assertEquals(401, get("/api/v1/monitoring/pipeline-status", null).statusCode());
    assertEquals(403, get("/api/v1/monitoring/pipeline-status", ANN).statusCode());
    try (var client = WsClient.connect(vertx, socket("/ws/metrics"))) {
      assertTrue(client.next().has("total_decisions"));
    }
    try (var client = WsClient.connect(vertx, socket("/ws/metrics/platform?token=" + ANN))) {
      assertEquals("metrics", client.next().get("type").asText());
    }
    try (var client = WsClient.connect(vertx, socket("/ws/metrics/pipeline?token=" + ANN))) {
      assertEquals(4403, client.closeCode());
    }
    assertEquals(401, get("/api/v1/boards/routing", null).statusCode());
    assertEquals(401, get("/api/v1/stream?topics=routing", null).statusCode());
  }

  @Test
  void oneSettingOpensWhatHasNoVisibilityOfItsOwn() throws Exception {
    start("default-visibility", "public", "visibility", "vip.*=role:vip");
    assertTrue(get("/api/v1/boards", null).body().contains("routing"));
    assertEquals(200, get("/api/v1/boards/routing", null).statusCode());
    assertEquals(200, get("/api/v1/streams/news/events", null).statusCode());
    assertEquals(401, get("/api/v1/streams/vip.lounge/events", null).statusCode());
    assertEquals(401, get("/api/v1/tasks", null).statusCode());
  }

  private void start(String... settings) throws Exception {
    var db = Services.get().freshDatabase();
    var options = BoardcastOptions.local(db.postgresUri(), db.redisUri(), Cluster.SECRET);
    for (int i = 0; i < settings.length; i += 2)
      options = options.set(settings[i], settings[i + 1]);
    node = Boardcast.deploy(vertx, options, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
  }

  private String socket(String path) {
    return "ws://127.0.0.1:" + node.httpPort() + path;
  }

  private HttpResponse<String> get(String path, String token) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path));
    if (token != null) request.header("Authorization", "Bearer " + token);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body());
  }
}
