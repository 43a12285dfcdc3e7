package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clients of a node that leaves come to the next one a few at a time. */
@Timeout(60)
class DrainSpreadIT {
  private static final int CLIENTS = 300;
  private static final int SLICE_MILLIS = 250;

  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);
  private final Queue<JsonNode> goAways = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void returnsAreSpreadEvenlyInProportionToTheNumberOfSessions() {
    WebSocketClient client =
        gateway.vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(CLIENTS));
    for (int i = 0; i < CLIENTS; i += 50) {
      List<Future<WebSocket>> opened = new ArrayList<>();
      for (int j = 0; j < 50; j++) opened.add(open(client));
      GatewayFixture.await(Future.all(opened));
    }
    assertEquals(CLIENTS, gateway.node.sessions());
    Future<Void> left = gateway.leave();
    Awaitility.await().until(() -> goAways.size() == CLIENTS);
    int[] slices = new int[100];
    int last = 0;
    for (JsonNode each : goAways) {
      int after = each.path("reconnect_after_ms").asInt();
      int stays = each.path("closes_in_ms").asInt() - after;
      assertTrue(stays >= 1_000, "a new connection may be opened before this one is lost");
      slices[after / SLICE_MILLIS]++;
      last = Math.max(last, after);
    }
    assertTrue(last > 2_500 && last <= 3_000, "the last comes after " + last + " ms");
    for (int each : slices) assertTrue(each <= 27, each + " come within " + SLICE_MILLIS + " ms");
    GatewayFixture.await(left);
    assertEquals(0, gateway.node.sessions());
  }

  private Future<WebSocket> open(WebSocketClient client) {
    var socket = client.webSocket();
    socket.textMessageHandler(
        text -> {
          if (text.contains("\"goaway\"")) goAways.add(json(text));
        });
    return socket.connect(
        new WebSocketConnectOptions().setAbsoluteURI(gateway.uri("/ws?topics=agents")));
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new AssertionError(text, broken);
    }
  }
}
