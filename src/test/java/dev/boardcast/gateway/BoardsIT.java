package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Snapshots on every path, and the gateway as a whole. */
class BoardsIT {
  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void olderPathsSendTheLatestSnapshotOnConnectInTheirFormatAndThenEachUpdate() {
    // Both, since a session may be there before the message on the bus.
    gateway.store("routing", 1, "{\"n\":1}");
    gateway.store("platform", 1, "{\"n\":2}");
    gateway.store("pipeline", 1, "{\"n\":3}");
    gateway.publish("routing", 1, "{\"n\":1}");
    gateway.publish("platform", 1, "{\"n\":2}");
    gateway.publish("pipeline", 1, "{\"n\":3}");
    WsClient plain = gateway.connect("/ws/metrics");
    WsClient named = gateway.connect("/ws/metrics/routing");
    WsClient typed = gateway.connect("/ws/metrics?board=platform");
    WsClient older = gateway.connect("/api/v1/ws/monitoring/pipeline-status");
    assertEquals(1, plain.next().path("n").asInt());
    JsonNode first = named.next();
    assertEquals(1, first.path("n").asInt());
    assertTrue(first.has("timestamp"));
    JsonNode platform = typed.next();
    assertEquals("metrics", platform.path("type").asText());
    assertEquals(2, platform.path("data").path("n").asInt());
    assertEquals(3, older.next().path("n").asInt());
    gateway.publish("routing", 2, "{\"n\":4}");
    assertEquals(4, plain.next().path("n").asInt());
    assertEquals(4, named.next().path("n").asInt());
    plain.send("any message of an older client");
    for (WsClient client : List.of(plain, named, typed, older)) {
      client.send("{\"type\":\"ping\"}");
      JsonNode pong = client.next();
      assertEquals("pong", pong.path("type").asText());
      Instant at = Instant.parse(pong.path("timestamp").asText());
      assertTrue(Duration.between(at, Instant.now()).abs().toSeconds() < 20, pong::toString);
    }
    gateway.publish("routing", 3, "{\"n\":5}");
    assertEquals(5, plain.next().path("n").asInt());
  }

  @Test
  void nativePathSendsSnapshotsWithTypeTopicAndOffset() {
    gateway.publish("routing", 6, "{\"n\":1}");
    WsClient client = gateway.connect("/ws?topics=routing");
    client.next("connection_ack");
    assertEquals("version:6", client.next("subscribed").path("offset").asText());
    JsonNode update = client.next();
    assertEquals("metrics:update", update.path("type").asText());
    assertEquals("routing", update.path("topic").asText());
    assertEquals("version:6", update.path("offset").asText());
    client.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"routing\",\"since\":\"version:6\"}]}");
    assertTrue(client.next("subscribed").path("recovered").asBoolean());
    client.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"routing\",\"since\":\"version:5\"}]}");
    assertFalse(client.next("subscribed").path("recovered").asBoolean());
  }

  @Test
  void firstSnapshotComesFromTheSourceElseAnErrorIsSent() {
    WsClient none = gateway.connect("/ws/metrics");
    assertEquals("Failed to fetch metrics", none.next().path("error").asText());
    Instant now = Instant.now();
    gateway.snapshots.put(
        "platform",
        new Snapshot("platform", 3, now.minusSeconds(9), now, true, RawJson.of("{\"n\":8}")));
    JsonNode known = gateway.connect("/ws/metrics/platform").next().path("data");
    assertEquals(8, known.path("n").asInt());
    assertTrue(known.path("stale").asBoolean());
    assertEquals(9_000, known.path("age_ms").asInt(), 1);
  }

  @Test
  void serversOfOneNodeShareAPortAndAllDeliver() {
    try (var several = new GatewayFixture(GatewayFixture.CONFIG, Vertx.vertx(), 4, node -> node)) {
      assertTrue(several.node.hubs().size() > 1);
      var clients = new ArrayList<WsClient>();
      for (int i = 0; i < 12; i++) {
        clients.add(several.connect("/ws?topics=tasks&token=" + GatewayFixture.token("ann")));
      }
      clients.forEach(client -> client.next("subscribed"));
      several.emit("{\"n\":1}", "user.ann");
      for (WsClient client : clients) {
        assertEquals(1, client.next("task_created").path("data").path("n").asInt());
      }
      assertEquals(12, several.node.sessions());
    }
  }

  @Test
  void shutdownTellsClientsWhenToReconnectAndClosesWith1001() {
    var clients = new ArrayList<WsClient>();
    for (int i = 0; i < 5; i++) clients.add(gateway.connect("/ws?topics=a"));
    WsClient older = gateway.connect("/ws/metrics");
    clients.forEach(client -> client.next("subscribed"));
    older.next();
    GatewayFixture.await(gateway.leave());
    for (WsClient client : clients) {
      List<JsonNode> frames = client.takeUntil(frame -> WsClient.type(frame).equals("goaway"));
      assertTrue(frames.get(frames.size() - 1).path("reconnect_after_ms").isIntegralNumber());
      assertEquals(1001, client.closeCode());
    }
    assertEquals(1001, older.closeCode());
    assertEquals(0, gateway.node.sessions());
  }
}
