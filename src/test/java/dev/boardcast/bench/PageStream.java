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

/** A server that sends snapshots of the platform board at any rate, faster than a node would. */
final class PageStream {
  private static final String TOPIC = "platform";

  private final HttpServer server;
  private final Set<ServerWebSocket> viewers = ConcurrentHashMap.newKeySet();
  private final ObjectNode snapshot;
  private long version;

  /** Varies a snapshot of a node. */
  PageStream(Vertx vertx, JsonNode snapshot) throws Exception {
    this.snapshot = snapshot.deepCopy();
    server =
        vertx
            .createHttpServer()
            .webSocketHandler(this::accept)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  /** A script that makes a page connect to this server; run it before the page's own. */
  String script() {
    return """
        const Real = WebSocket;
        window.WebSocket = class extends Real {
          constructor(url, protocols) { super('ws://127.0.0.1:%d/ws', protocols); }
        };"""
        .formatted(server.actualPort());
  }

  /** Sends updates at a constant rate. Blocks. */
  void send(int updates, int perSecond) throws InterruptedException {
    long start = System.nanoTime();
    for (int i = 1; i <= updates; i++) {
      String update = next();
      viewers.forEach(viewer -> viewer.writeTextMessage(update));
      long due = start + i * 1_000_000_000L / perSecond;
      TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
    }
  }

  private void accept(ServerWebSocket viewer) {
    var ack =
        Map.of("type", "connection_ack", "session", "s", "node", "n", "timestamp", Instant.now());
    viewer.writeTextMessage(Json.encode(ack));
    viewer.textMessageHandler(text -> receive(viewer, text));
    viewer.closeHandler(closed -> viewers.remove(viewer));
  }

  private void receive(ServerWebSocket viewer, String text) {
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
      ((ObjectNode) snapshot.get("revenue")).put("total", 1000 + version * 0.25);
      ((ObjectNode) snapshot.get("activeUsers")).put("current", 100 + version % 50);
      return Json.MAPPER.writeValueAsString(
          Map.of(
              "type",
              "metrics:update",
              "topic",
              TOPIC,
              "data",
              snapshot,
              "timestamp",
              Instant.now().toString(),
              "offset",
              "version:" + version));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
