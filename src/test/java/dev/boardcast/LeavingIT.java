package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes, one of which drains. */
@Timeout(120)
class LeavingIT {
  private static final String ADMIN = Person.of("root").with("admin").token();
  private static final String BOT = Person.of("bot").with("publish").token();

  private final Vertx vertx = Vertx.vertx();
  private final WebClient http = WebClient.create(vertx);
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final List<WsClient> clients = new ArrayList<>();
  private Boardcast leaver;
  private Boardcast stayer;
  private int published;

  @BeforeEach
  void start() {
    leaver = deploy(Set.of(Role.values()));
    stayer = deploy(Set.of(Role.values()));
  }

  @AfterEach
  void stop() {
    clients.forEach(WsClient::close);
    await(leaver.close());
    await(stayer.close());
    await(vertx.close());
  }

  @Test
  void aClientThatMakesBeforeItBreaksSeesEachEventOnceAcrossADrain() throws Exception {
    WsClient old = connect(leaver, "agents");
    old.next("subscribed");
    publish(20);
    List<JsonNode> ofOld = old.takeUntil(frame -> frame.path("data").path("n").asInt() == 20);
    String since = ofOld.get(ofOld.size() - 1).path("offset").asText();
    await(call(HttpMethod.POST, leaver, "/admin/drain", ADMIN));
    JsonNode goaway = old.next("goaway");
    assertTrue(goaway.path("closes_in_ms").asLong() >= goaway.path("reconnect_after_ms").asLong());
    assertFalse(old.isClosed(), "it goes on meanwhile");
    assertEquals(503, await(call(HttpMethod.GET, leaver, "/health/ready", null)).statusCode());

    // The draining node accepts no new sessions on either port.
    for (int port : List.of(leaver.httpPort(), leaver.gatewayPort())) {
      String uri = "ws://127.0.0.1:" + port + "/ws?topics=";
      var refused =
          assertThrows(IllegalStateException.class, () -> WsClient.connect(vertx, uri).close());
      assertEquals(503, ((UpgradeRejectedException) refused.getCause()).getStatus());
    }
    WsClient next = WsClient.connect(vertx, "ws://127.0.0.1:" + stayer.httpPort() + "/ws?topics=");
    clients.add(next);
    assertEquals(stayer.info().name(), next.next("connection_ack").path("node").asText());
    next.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"agents\",\"since\":\"" + since + "\"}]}");
    assertTrue(next.next("subscribed").path("recovered").asBoolean());
    publish(20);

    List<JsonNode> ofNext =
        next.takeUntil(frame -> frame.path("data").path("n").asInt() == published);
    assertEquals(
        IntStream.rangeClosed(21, 40).boxed().toList(),
        ofNext.stream().map(frame -> frame.path("data").path("n").asInt()).toList());
    assertEquals(1001, old.closeCode());
    assertTrue(await(leaver.closed().map(true)));
    // Released, not expired.
    var sql = new Sql(db.postgresUri());
    assertEquals(
        List.of(),
        sql.column(
            "SELECT name FROM lease WHERE expires_at > '-infinity' AND holder = '"
                + leaver.info().name()
                + "'"));
  }

  @Test
  void theAdministratorSeesEveryNodeAndMayEndOneFromTheOther() {
    connect(leaver, "agents").next("subscribed");
    connect(leaver, "agents,routing").next("subscribed");
    connect(stayer, "routing").next("subscribed");
    var names = Set.of(leaver.info().name(), stayer.info().name());
    JsonNode cluster = seen(names);
    assertEquals("read", cluster.path("leases").asText());
    assertEquals(0, cluster.path("silent").size());
    var leases = new HashSet<String>();
    Awaitility.await()
        .until(
            () -> {
              seen(names)
                  .path("nodes")
                  .forEach(
                      node -> node.path("leases").forEach(lease -> leases.add(lease.asText())));
              return leases.containsAll(Set.of("emitter.0", "board.routing"));
            });
    JsonNode node = node(cluster, leaver);
    assertEquals("up", node.path("status").asText());
    assertEquals(2, node.path("doing").path("sessions").asInt());
    assertEquals(2, node.path("doing").path("topics").path("agents").asInt());
    assertEquals(1, node.path("doing").path("topics").path("routing").asInt());

    // A known node that does not respond is listed as silent.
    new TypedBus(vertx)
        .publish(
            Addresses.NODE_BEACONS,
            new NodeBeacon("ghost", "1", List.of(), "h", 0, 0, NodeBeacon.UP, Instant.now()));
    Awaitility.await().until(() -> cluster().path("silent").toString().equals("[\"ghost\"]"));

    String drain = "/api/v1/admin/nodes/" + leaver.info().name() + "/drain";
    assertEquals(403, await(call(HttpMethod.POST, stayer, drain, BOT)).statusCode());
    assertEquals(401, await(call(HttpMethod.POST, stayer, "/admin/drain", null)).statusCode());
    assertEquals(202, await(call(HttpMethod.POST, stayer, drain, ADMIN)).statusCode());
    await(leaver.closed());
    assertTrue(node(cluster(), leaver).isMissingNode(), "it said goodbye");
    assertEquals(200, await(call(HttpMethod.GET, stayer, "/health/ready", null)).statusCode());
  }

  @Test
  void anEventStreamGoesOnAtAnotherNode() throws Exception {
    Map<String, String> last = Map.of();
    var received = new ArrayList<Integer>();
    try (SseClient first = follow(leaver, last)) {
      first.next("subscribed");
      publish(5);
      String id = "";
      for (int i = 0; i < 5; i++) {
        var event = first.next("noticed");
        received.add(event.data().path("data").path("n").asInt());
        id = event.lastId();
      }
      last = Map.of("Last-Event-ID", id);
    }
    await(leaver.close());
    publish(5);
    try (SseClient again = follow(stayer, last)) {
      assertEquals(stayer.info().name(), again.next("connection_ack").data().path("node").asText());
      for (int i = 0; i < 5; i++) {
        received.add(again.next("noticed").data().path("data").path("n").asInt());
      }
    }
    assertEquals(IntStream.rangeClosed(1, 10).boxed().toList(), received);
  }

  @Test
  void sessionsOfBothPortsAreDrainedTogetherAndThoseOfOtherNodesStay() throws Exception {
    try (SseClient stream = follow(leaver, Map.of())) {
      WsClient onHttp =
          WsClient.connect(vertx, "ws://127.0.0.1:" + leaver.httpPort() + "/ws?topics=agents");
      clients.add(onHttp);
      WsClient onGateway = connect(leaver, "agents");
      WsClient other = connect(stayer, "agents");
      for (WsClient client : List.of(onHttp, onGateway, other)) client.next("subscribed");
      stream.next("subscribed");
      Future<Void> left = leaver.close();
      for (WsClient client : List.of(onHttp, onGateway)) {
        assertTrue(client.next("goaway").path("closes_in_ms").asLong() > 0);
        assertEquals(1001, client.closeCode());
      }
      stream.next("goaway");
      assertEquals(1001, stream.next("close").data().path("code").asInt());
      stream.awaitEnd();
      await(left);
      assertFalse(
          other.settle().stream().anyMatch(frame -> WsClient.type(frame).equals("goaway")),
          "it stays");
    }
  }

  private SseClient follow(Boardcast node, Map<String, String> headers) {
    String uri = "http://127.0.0.1:" + node.httpPort() + "/api/v1/stream?topics=agents";
    SseClient client = SseClient.open(vertx, uri, headers);
    assertEquals(200, client.status());
    return client;
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      String event = "{\"type\":\"noticed\",\"data\":{\"n\":" + ++published + "}}";
      var answer =
          await(
              http.post(stayer.httpPort(), "127.0.0.1", "/api/v1/streams/agents/events")
                  .bearerTokenAuthentication(BOT)
                  .putHeader("Content-Type", "application/json")
                  .sendBuffer(Buffer.buffer(event)));
      assertEquals(201, answer.statusCode());
    }
  }

  private JsonNode seen(Set<String> names) {
    return Awaitility.await()
        .until(
            this::cluster,
            cluster -> {
              var heard = new HashSet<String>();
              cluster.path("nodes").forEach(node -> heard.add(node.path("name").asText()));
              return heard.containsAll(names);
            });
  }

  private JsonNode cluster() {
    try {
      var answer = await(call(HttpMethod.GET, stayer, "/api/v1/admin/nodes", ADMIN));
      assertEquals(200, answer.statusCode(), answer::bodyAsString);
      return Json.MAPPER.readTree(answer.bodyAsString());
    } catch (java.io.IOException broken) {
      throw new AssertionError(broken);
    }
  }

  private static JsonNode node(JsonNode cluster, Boardcast which) {
    for (JsonNode node : cluster.path("nodes")) {
      if (node.path("name").asText().equals(which.info().name())) return node;
    }
    return cluster.path("none");
  }

  private WsClient connect(Boardcast node, String topics) {
    WsClient client =
        WsClient.connect(vertx, "ws://127.0.0.1:" + node.gatewayPort() + "/ws?topics=" + topics);
    clients.add(client);
    return client;
  }

  private Future<HttpResponse<Buffer>> call(
      HttpMethod method, Boardcast node, String path, String token) {
    var request = http.request(method, node.httpPort(), "127.0.0.1", path);
    if (token != null) request.bearerTokenAuthentication(token);
    return request.send();
  }

  private Boardcast deploy(Set<Role> roles) {
    var config = TestOptions.local(db).roles(roles);
    return await(Boardcast.deploy(vertx, config, Boards.BUILT_IN));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError("not within 30 s", late);
    }
  }
}
