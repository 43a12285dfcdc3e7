package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node of mode broadcast that is alone: it needs no servers. */
@Timeout(60)
class BroadcastIT {
  private static final String ANN = Person.of("ann").with("publish").token();
  private static final String BOB = Person.of("bob", "red").token();

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<AutoCloseable> clients = new ArrayList<>();
  private Boardcast node;

  @BeforeEach
  void start() throws Exception {
    node = await(Boardcast.deploy(vertx, options(), List.of()));
  }

  private static BoardcastOptions options() {
    return BoardcastOptions.broadcast(Cluster.SECRET)
        .set("default-visibility", "public")
        .set("broadcast-max-events", "100");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) client.close();
    await(node.close());
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  private WsClient socket(String topics, String token) {
    WsClient client =
        WsClient.connect(
            vertx,
            "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=" + topics,
            Map.of("Authorization", "Bearer " + token),
            List.of());
    clients.add(client);
    client.next("connection_ack");
    return client;
  }

  private HttpResponse<String> send(String method, String path, String token, String json)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .timeout(Duration.ofSeconds(15))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(
                method,
                json == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json));
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private int publish(String stream, int n, String id) throws Exception {
    String event = "{\"type\":\"line\",\"data\":{\"n\":%d},\"event_id\":\"%s\"}".formatted(n, id);
    return send("POST", "/api/v1/streams/" + stream + "/events", ANN, event).statusCode();
  }

  private static String subscribe(String topic, String since) {
    return "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"since\":\"%s\"}]}"
        .formatted(topic, since);
  }

  @Test
  void anEventArrivesOnceAndCanBeResumedAfter() throws Exception {
    WsClient client = socket("room.1", BOB);
    String offset = client.next("subscribed").path("offset").asText();
    assertEquals(201, publish("room.1", 1, "a"));
    assertEquals(200, publish("room.1", 1, "a"));
    assertEquals(201, publish("room.1", 2, "b"));
    assertEquals(1, client.next("line").at("/data/n").asInt());
    assertEquals(2, client.next("line").at("/data/n").asInt());

    WsClient back = socket("", BOB);
    back.send(subscribe("room.1", offset));
    assertTrue(back.next("subscribed").path("recovered").asBoolean());
    assertEquals(1, back.next("line").at("/data/n").asInt());
    assertEquals(2, back.next("line").at("/data/n").asInt());
  }

  @Test
  void anOffsetThatIsOlderThanTheMemoryIsNotRecovered() throws Exception {
    WsClient client = socket("room.1", BOB);
    String offset = client.next("subscribed").path("offset").asText();
    for (int n = 0; n < 150; n++) assertEquals(201, publish("room.1", n, "" + n));
    var page =
        Json.MAPPER.readTree(
            send("GET", "/api/v1/streams/room.1/events?after=" + offset, BOB, null).body());
    assertFalse(page.path("recovered").asBoolean());
    JsonNode all =
        Json.MAPPER.readTree(
            send("GET", "/api/v1/streams/room.1/events?limit=500", BOB, null).body());
    assertEquals(100, all.path("events").size());
  }

  @Test
  void clientsPublishAndAskForThePast() throws Exception {
    WsClient client = socket("room.1", ANN);
    client.next("subscribed");
    String publish =
        "{\"type\":\"publish\",\"topic\":\"room.1\",\"event_type\":\"line\",\"data\":{\"n\":1},"
            + "\"id\":\"p1\"}";
    client.send(publish);
    client.send(publish);
    assertEquals("p1", client.next("published").path("id").asText());
    assertEquals("p1", client.next("published").path("id").asText());
    client.send("{\"type\":\"history\",\"topic\":\"room.1\",\"limit\":10,\"id\":\"h\"}");
    assertEquals(1, client.next("history").at("/data/events").size());
  }

  @Test
  void aMessageThatIsNotStoredArrives() throws Exception {
    WsClient client = socket("room.1", BOB);
    client.next("subscribed");
    var answer =
        send(
            "POST",
            "/api/v1/streams/room.1/events",
            ANN,
            "{\"type\":\"typing\",\"data\":{},\"durable\":false}");
    assertEquals(201, answer.statusCode(), answer.body());
    client.next("typing");
  }

  @Test
  void anEventStreamAndAPollerResume() throws Exception {
    SseClient stream =
        SseClient.open(
            vertx,
            "http://127.0.0.1:" + node.httpPort() + "/api/v1/stream?topics=room.1",
            Map.of("Authorization", "Bearer " + BOB));
    clients.add(stream);
    assertEquals(201, publish("room.1", 1, "a"));
    var first =
        Json.MAPPER.readTree(send("GET", "/api/v1/streams/room.1/events?poll=1", BOB, null).body());
    String next = first.path("next").asText();
    var waiting =
        http.sendAsync(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:%d/api/v1/streams/room.1/events?after=%s&poll=%s"
                            .formatted(node.httpPort(), next, first.path("poll").asText("1"))))
                .header("Authorization", "Bearer " + BOB)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(201, publish("room.1", 2, "b"));
    JsonNode page = Json.MAPPER.readTree(waiting.get(20, TimeUnit.SECONDS).body());
    assertEquals(2, page.path("events").get(0).at("/data/n").asInt());
  }

  @Test
  void whoIsThereIsKnown() throws Exception {
    WsClient client = socket("", BOB);
    client.send("{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"room.1\",\"presence\":true}]}");
    assertEquals(1, client.next("presence").path("count").asInt());
    var list = Json.MAPPER.readTree(send("GET", "/api/v1/presence/room.1", BOB, null).body());
    assertEquals("bob", list.path("users").get(0).path("user").asText());
  }

  @Test
  void boardsAreRefusedWithTheReason() throws Exception {
    WsClient client = socket("routing,tasks", BOB);
    for (int i = 0; i < 2; i++) {
      JsonNode error = client.next("error");
      assertEquals("unknown_topic", error.path("code").asText());
      assertTrue(error.path("message").asText().contains("mode broadcast"), "" + error);
    }
    for (String path : List.of("/routing/metrics", "/api/v1/boards", "/api/v1/tasks")) {
      var answer = send("GET", path, BOB, null);
      assertEquals(501, answer.statusCode(), path);
      assertTrue(answer.body().contains("mode broadcast"), answer.body());
    }
    assertEquals(400, publish("routing", 1, "a"));
  }

  @Test
  void theNodeIsReadyAndDescribesItself() throws Exception {
    var ready = Json.MAPPER.readTree(send("GET", "/health/ready", BOB, null).body());
    assertEquals("up", ready.path("status").asText(), "" + ready);
    assertEquals("up", ready.at("/dependencies/streams").asText());
    String meters = send("GET", "/metrics", BOB, null).body();
    assertTrue(meters.contains("boardcast_broadcast_shards "), meters);
    assertTrue(meters.contains("boardcast_broadcast_events "), meters);
    String admin = Person.of("root").with("admin").token();
    assertEquals(200, send("GET", "/api/v1/admin/nodes", admin, null).statusCode());
    assertEquals(200, send("GET", "/api/v1/admin/sessions", admin, null).statusCode());
    assertEquals(501, send("GET", "/api/v1/admin/revocations", admin, null).statusCode());
  }

  @Test
  void theApplicationPublishesWithoutATransaction() throws Exception {
    WsClient client = socket("team.red", BOB);
    client.next("subscribed");
    var event =
        new NewEvent(
            UUID.randomUUID(), "said", List.of("team.red"), RawJson.of("{}"), Instant.now());
    await(node.events().append(null, List.of(event)));
    client.next("said");
  }

  @Test
  void aNodeWithBoardsIsRefused() {
    var refused =
        assertThrows(
            InvalidSettingException.class,
            () -> await(Boardcast.deploy(vertx, options(), Boards.BUILT_IN)));
    assertTrue(refused.getMessage().contains("mode"), refused.getMessage());
  }
}
