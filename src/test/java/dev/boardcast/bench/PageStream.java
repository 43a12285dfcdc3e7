package dev.boardcast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Says numbers of the platform board as often as it is told to, which no node would. */
final class PageStream {
  private static final String TOPIC = "platform";

  private final HttpServer server;
  private final Set<ServerWebSocket> viewers = ConcurrentHashMap.newKeySet();
  private final ObjectNode numbers;
  private long version;

  /** From the board's numbers as a node says them. */
  PageStream(Vertx vertx, JsonNode numbers) throws Exception {
    this.numbers = numbers.deepCopy();
    server =
        vertx
            .createHttpServer()
            .webSocketHandler(this::greet)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  /** What a page has to run before its own scripts to come here instead of to its node. */
  String script() {
    return """
        const Real = WebSocket;
        window.WebSocket = class extends Real {
          constructor(url, protocols) { super('ws://127.0.0.1:%d/ws', protocols); }
        };"""
        .formatted(server.actualPort());
  }

  /** So many updates, as evenly as the machine allows. */
  void say(int updates, int perSecond) throws InterruptedException {
    long start = System.nanoTime();
    for (int i = 1; i <= updates; i++) {
      String update = next();
      viewers.forEach(viewer -> viewer.writeTextMessage(update));
      long due = start + i * 1_000_000_000L / perSecond;
      TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
    }
  }

  private void greet(ServerWebSocket viewer) {
    var ack =
        Map.of("type", "connection_ack", "session", "s", "node", "n", "timestamp", Instant.now());
    viewer.writeTextMessage(Json.encode(ack));
    viewer.textMessageHandler(text -> take(viewer, text));
    viewer.closeHandler(closed -> viewers.remove(viewer));
  }

  private void take(ServerWebSocket viewer, String text) {
    if (text.contains("\"ping\"")) viewer.writeTextMessage("{\"type\":\"pong\"}");
    if (!text.contains("\"subscribe\"")) return;
    viewer.writeTextMessage(
        """
        {"type":"subscribed","topic":"platform","offset":"version:0","recovered":false}""");
    viewer.writeTextMessage(next());
    viewers.add(viewer);
  }

  private synchronized String next() {
    try {
      version++;
      ((ObjectNode) numbers.get("revenue")).put("total", 1000 + version * 0.25);
      ((ObjectNode) numbers.get("activeUsers")).put("current", 100 + version % 50);
      return Json.MAPPER.writeValueAsString(
          Map.of(
              "type",
              "metrics:update",
              "topic",
              TOPIC,
              "data",
              numbers,
              "timestamp",
              Instant.now().toString(),
              "offset",
              "version:" + version));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
