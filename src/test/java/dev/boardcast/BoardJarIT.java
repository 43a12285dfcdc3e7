package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.BoardJar;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A board in a jar of its own, compiled against {@code dev.boardcast.spi} only, works on a real
 * node as a built-in board does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BoardJarIT {
  private static final String SENDER = Person.of("robot").with("ingest").token();
  private static final String ADMIN = Person.of("root").with("admin").token();

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private BoardJar jar;
  private NodeProcess node;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    jar = BoardJar.build(directory);
    node = start("--deploys-slow-after", "30s", "--audit-every", "100ms");
    node.awaitReady(Duration.ofMinutes(2));
  }

  @AfterAll
  void stop() throws Exception {
    node.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void itDoesWhatABuiltInBoardDoes() throws Exception {
    try (var client = WsClient.connect(vertx, socket("/ws?topics=deploys"));
        var bare = WsClient.connect(vertx, socket("/ws/metrics/deploys"))) {
      assertEquals(0, client.next("metrics:update").at("/data/total").asInt());
      assertEquals(0, bare.next().at("/total").asInt());

      assertEquals(401, post("/deploys", null, "{}").statusCode());
      var rejected = post("/deploys", SENDER, "{\"service\":\"web\",\"seconds\":-1}");
      assertEquals(400, rejected.statusCode(), rejected.body());
      var batch =
          """
          [{"service":"web","succeeded":true,"seconds":41.5,"event_id":"1",
            "finished_at":"2026-01-31T12:20:00Z"},
           {"service":"web","succeeded":false,"seconds":28.5,"finished_at":"2026-01-31T13:20:00Z"},
           {"service":"db","succeeded":true,"seconds":5,"event_id":"2"},
           {"service":"web","succeeded":true,"seconds":41.5,"event_id":"1"},
           {"service":"db","succeeded":true}]""";
      var summary = json(post("/deploys", SENDER, batch));
      assertEquals(3, summary.get("accepted").asInt());
      assertEquals(1, summary.get("duplicate").asInt());
      assertEquals("seconds", summary.at("/errors/0/field").asText());

      var data = client.takeUntil(frame -> frame.at("/data/total").asInt() == 3);
      assertEquals(25, last(data).at("/data/mean_seconds").asInt());
      assertEquals(2, last(data).at("/data/by_service/web").asInt());
      // 35 s on average, by the node's setting of 30 s.
      assertEquals(1, last(data).at("/data/slow_services").asInt());
      bare.takeUntil(frame -> frame.at("/total").asInt() == 3);
    }
    rangesAreExact();
    historyIsKept();
    pagesListIt();
    auditsAgreeAndRecomputationsWork();
    itsMigrationsHaveAHistoryOfTheirOwn();
  }

  @Test
  void itsSettingIsCheckedAndListedLikeOurs() throws Exception {
    try (var refused = start("--deploys-slow-after", "10ms")) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !refused.isAlive());
      String output = refused.output();
      assertTrue(output.contains("deploys-slow-after"), output);
      assertTrue(output.contains("at least 1s"), output);
    }
    try (var help = jar.run("help", List.of("serve", "--help"))) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !help.isAlive());
      assertTrue(help.output().contains("--deploys-slow-after"), help.output());
    }
  }

  @Test
  void itIsNotInOurOwnJar() {
    assertFalse(Boards.found().stream().map(BoardModule::getClass).anyMatch(BoardJar::isOfExample));
  }

  private void rangesAreExact() throws Exception {
    String path = "/api/v1/boards/deploys?from=2026-01-31T12:00:00Z&to=2026-01-31T13:00:00Z";
    JsonNode range = json(get(path, null));
    assertEquals(1, range.at("/data/total").asInt(), range.toString());
    assertEquals("41.5", range.at("/data/mean_seconds").decimalValue().stripTrailingZeros() + "");
  }

  private void historyIsKept() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              var history = get("/api/v1/boards/deploys/history?metric=total&step=5s", null);
              assertEquals(200, history.statusCode(), history.body());
              assertTrue(history.body().contains("3"), history.body());
            });
  }

  /** Pages draw every board from its description. */
  private void pagesListIt() throws Exception {
    for (JsonNode board : json(get("/api/v1/boards", null))) {
      if (!board.get("name").asText().equals("deploys")) continue;
      assertEquals("Deployments", board.get("title").asText());
      assertEquals(5, board.get("metrics").size());
      return;
    }
    throw new AssertionError("not listed");
  }

  private void auditsAgreeAndRecomputationsWork() throws Exception {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertEquals(0, json(get("/health/ready", null)).at("/drift/deploys").asInt(-1)));
    String path = "/api/v1/admin/boards/deploys/recompute";
    assertEquals(202, post(path, ADMIN, "").statusCode());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode state = json(get(path, ADMIN));
              assertFalse(state.path("finished_at").isNull(), state.toString());
              assertEquals(0, state.get("wrong_rows").asInt(-1), state.toString());
            });
  }

  private void itsMigrationsHaveAHistoryOfTheirOwn() throws Exception {
    assertEquals(
        List.of("1"),
        new Sql(db.postgresUri())
            .column("SELECT version FROM flyway_deploys WHERE success AND version <> '0'"));
  }

  private NodeProcess start(String... more) throws Exception {
    var arguments =
        new java.util.ArrayList<>(
            List.of(
                "serve",
                "--http-port",
                "0",
                "--gateway-port",
                "0",
                "--pg",
                db.postgresUri(),
                "--redis",
                db.redisUri(),
                "--jwt-secret",
                Cluster.SECRET,
                "--default-visibility",
                "public"));
    arguments.addAll(List.of(more));
    return jar.run("board-jar", arguments);
  }

  private HttpResponse<String> get(String path, String token) throws Exception {
    return http.send(request(path, token).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String token, String json) throws Exception {
    return http.send(
        request(path, token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String token) {
    var request = HttpRequest.newBuilder(node.http().resolve(path)).timeout(Duration.ofSeconds(15));
    if (token != null) request.header("Authorization", "Bearer " + token);
    return request;
  }

  private String socket(String path) {
    return URI.create("ws://127.0.0.1:" + node.http().getPort()).resolve(path).toString();
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    assertEquals(2, response.statusCode() / 100, response.body());
    return Json.MAPPER.readTree(response.body());
  }

  private static JsonNode last(List<JsonNode> frames) {
    return frames.get(frames.size() - 1);
  }
}
