package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.FreePorts;
import dev.boardcast.testing.HostApplication;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Boardcast inside an application with its own Vert.x, event bus and JSON mapper. */
@Timeout(120)
class EmbeddingIT {
  private static final Person ADA = Person.of("ada").with("ingest");
  private static final String TASK = "{\"title\":\"embedded\"}";
  private static final String DECISION =
      "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"cost\":0.00005}";

  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Sql sql = new Sql(db.postgresUri());
  private final HttpClient http = HttpClient.newHttpClient();
  private HostApplication host;

  @BeforeEach
  void start() throws Exception {
    host = new HostApplication();
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  @Test
  void itComesAndGoesWithoutATraceAndMayComeAgain() throws Exception {
    HostApplication.State before = host.state();
    for (int time = 1; time <= 2; time++) {
      Boardcast node = deploy(TestOptions.local(db));
      factsReachClients(node, node);
      host.assertWorks();

      close(node);
      host.awaitState(before);
      assertThrows(ConnectException.class, () -> get(node.httpPort(), "/health/live"));
      assertThrows(ConnectException.class, () -> get(node.gatewayPort(), "/health/live"));
      host.assertWorks();
    }
  }

  @Test
  void eachRoleMayBeANodeOfItsOwnAndOthersSayThatTheyLackIt() throws Exception {
    HostApplication.State before = host.state();
    Boardcast emitter = deploy(node(db, 0, Role.EMITTER));
    Boardcast metrics = deploy(node(db, 0, Role.METRICS));
    Boardcast gateway = deploy(node(db, 0, Role.GATEWAY));
    Boardcast api = deploy(node(db, 0, Role.API));

    assertEquals(0, api.gatewayPort());
    factsReachClients(api, gateway);
    assertLacks("api", get(gateway.httpPort(), "/api/v1/tasks"));
    assertLacks("api", get(gateway.httpPort(), "/routing/metrics"));
    for (String path : List.of("/ws", "/ws/metrics/routing", "/api/ws", "/api/v1/stream")) {
      assertLacks("gateway", get(api.httpPort(), path));
    }
    assertEquals(200, get(api.httpPort(), "/health/ready").statusCode());
    assertReady(Role.API, api);
    assertReady(Role.GATEWAY, gateway);
    assertReady(Role.METRICS, metrics);
    assertReady(Role.EMITTER, emitter);

    // In the opposite order: each must close before what it depends on.
    for (Boardcast node : new Boardcast[] {emitter, metrics, gateway, api}) close(node);
    host.awaitState(before);
  }

  private void assertReady(Role has, Boardcast node) throws Exception {
    assertEquals(200, get(node.httpPort(), "/health/started").statusCode());
    for (Role role : Role.values()) {
      var answer =
          get(node.httpPort(), "/health/ready?role=" + role.name().toLowerCase(Locale.ROOT));
      assertEquals(role == has ? 200 : 503, answer.statusCode(), has + " " + answer.body());
      assertEquals(role != has, answer.body().contains("\"role_missing\""), answer.body());
    }
  }

  @Test
  void aFailedDeployLeavesNothingBehind() throws Exception {
    HostApplication.State before = host.state();
    String wrong = db.postgresUri().replaceFirst(":[^:@/]+@", ":wrong@");
    int port = FreePorts.one();

    Throwable failure =
        assertThrows(
            Exception.class,
            () -> deploy(node(DatabaseConfig.at(wrong, db.redisUri()), port, Role.values())));

    assertTrue(failure.toString().contains("password authentication failed"), failure.toString());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            deploy(
                node(
                    DatabaseConfig.at("postgresql://:none:", db.redisUri()), port, Role.values())));
    host.awaitState(before);
    assertThrows(ConnectException.class, () -> get(port, "/health/live"));
    Boardcast node = deploy(node(db, port, Role.values()));
    factsReachClients(node, node);
    close(node);
    host.awaitState(before);
  }

  @Test
  void aNodeThatIsNotReadySaysWhatIsMissingAndTakesNothing() throws Exception {
    int port = FreePorts.one();
    try (var connection = new Sql(db.postgresUri()).connect();
        var lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("LOCK TABLE flyway_schema_history");
      var config = node(db, port, Role.values());
      var deploying = Boardcast.deploy(host.vertx(), config, Boards.BUILT_IN);
      Awaitility.await().ignoreExceptions().until(() -> get(port, "/health/live").statusCode() > 0);

      var health = get(port, "/health/ready");
      assertEquals(503, health.statusCode());
      assertEquals("starting", Json.MAPPER.readTree(health.body()).path("status").asText());
      assertEquals(
          List.of("emitter", "gateway", "metrics", "schema"),
          Json.MAPPER.convertValue(
              Json.MAPPER.readTree(health.body()).path("missing"), List.class));
      assertEquals(200, get(port, "/health/live").statusCode());
      assertEquals(503, get(port, "/routing/metrics").statusCode());

      connection.commit();
      Boardcast node = deploying.await(1, TimeUnit.MINUTES);
      assertEquals(200, get(port, "/health/ready").statusCode());
      close(node);
    }
  }

  private static void assertLacks(String role, HttpResponse<String> answer) throws Exception {
    assertEquals(503, answer.statusCode());
    assertEquals("application/problem+json", answer.headers().firstValue("Content-Type").get());
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    String detail = Json.MAPPER.readTree(answer.body()).path("detail").asText();
    assertTrue(detail.contains("does not have the role " + role), detail);
  }

  /** Writes a task and a decision to one node, and reads them at both ports of the other. */
  private void factsReachClients(Boardcast api, Boardcast gateway) throws Exception {
    String direct = "ws://127.0.0.1:" + gateway.gatewayPort();
    String http = "ws://127.0.0.1:" + gateway.httpPort();
    try (var tasks = connect(direct + "/ws?topics=tasks&token=" + ADA.token());
        var older = connect(http + "/api/ws?token=" + ADA.token());
        var numbers = connect(http + "/ws/metrics")) {
      tasks.next("subscribed");
      older.next("connection_ack");
      String id = post(api, "/api/v1/tasks", TASK).get("id").asText();
      for (WsClient client : List.of(tasks, older)) {
        assertEquals(id, client.next("task_created").at("/data/task_id").asText());
      }
      post(api, "/routing/decisions", DECISION);
      long all = Long.parseLong(sql.column("SELECT count(*) FROM routing_decision").get(0));
      numbers.takeUntil(snapshot -> snapshot.path("total_decisions").asLong() == all);
    }
  }

  private WsClient connect(String uri) {
    return WsClient.connect(host.vertx(), uri);
  }

  private JsonNode post(Boardcast node, String path, String json) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("Authorization", "Bearer " + ADA.token())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(201, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body());
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private Boardcast deploy(BoardcastOptions config) throws Exception {
    return Boardcast.deploy(host.vertx(), config, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
  }

  private static void close(Boardcast node) throws Exception {
    node.close().await(30, TimeUnit.SECONDS);
  }

  private static BoardcastOptions node(DatabaseConfig db, int port, Role... roles) {
    return TestOptions.local(db).httpPort(port).roles(roles);
  }
}
