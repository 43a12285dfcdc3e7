package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Shards;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients that reconnect at once. */
@Timeout(120)
class ReconnectIT {
  private static final int CLIENTS = 1_000;
  private static final int MISSED = 60;
  // Events of other streams, so that the missed ones are no longer in memory.
  private static final int LATER = 2_100;

  private final GatewayFixture gateway = new GatewayFixture(GatewayConfig.DEFAULTS);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void clientsThatResumeFromOneOffsetCauseOneRead() {
    emitMissedEvents();
    var done = new AtomicInteger();
    var sockets = new ArrayList<WebSocket>();
    var client =
        gateway.vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(CLIENTS));
    for (int i = 0; i < CLIENTS; i += 50) {
      var opened = new ArrayList<Future<WebSocket>>();
      for (int j = i; j < i + 50; j++) opened.add(connect(client, done));
      sockets.addAll(GatewayFixture.await(Future.all(opened)).list());
    }
    int before = gateway.history.reads.get();
    for (WebSocket socket : sockets) socket.writeTextMessage(subscribe(0));
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> done.get() == CLIENTS);
    assertEquals(1, gateway.history.reads.get() - before);
    // Later, from within that range.
    WsClient late = gateway.connect("/ws?topics=");
    late.send(subscribe(MISSED / 2));
    late.takeUntil(frame -> frame.path("data").path("n").asInt() == MISSED);
    assertEquals(1, gateway.history.reads.get() - before);
  }

  @Test
  void eventsDroppedDuringACatchUpAreReportedAsAGap() {
    emitMissedEvents();
    WsClient client = gateway.connect("/ws?topics=");
    gateway.history.dropAfterNextRead(Shards.of("agents"), 1_000);
    client.send(subscribe(0));
    List<Boolean> recovered =
        client
            .takeUntil(
                frame ->
                    WsClient.type(frame).equals("subscribed")
                        && !frame.path("recovered").asBoolean())
            .stream()
            .filter(frame -> WsClient.type(frame).equals("subscribed"))
            .map(frame -> frame.path("recovered").asBoolean())
            .toList();
    assertEquals(List.of(true, false), recovered);
    gateway.emit("{\"n\":-1}", "agents");
    assertEquals(-1, client.next("task_created").path("data").path("n").asInt());
  }

  private void emitMissedEvents() {
    int shard = Shards.of("agents");
    String other =
        IntStream.range(0, 99)
            .mapToObj(i -> "s" + i)
            .filter(name -> Shards.of(name) == shard)
            .findFirst()
            .orElseThrow();
    for (int n = 1; n <= MISSED; n++) gateway.history.append("t", "{\"n\":" + n + "}", "agents");
    for (int n = 1; n <= LATER; n++) gateway.history.append("t", "{}", other);
    gateway.catchUpWithLog("agents");
    assertTrue(gateway.history.head(shard) > LATER);
  }

  private static String subscribe(int since) {
    return "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"agents\",\"since\":\"e1:%d\"}]}"
        .formatted(since);
  }

  /** Increments {@code done} when it has received everything in order. */
  private Future<WebSocket> connect(WebSocketClient client, AtomicInteger done) {
    int[] last = {0};
    var socket = client.webSocket();
    socket.textMessageHandler(
        text -> {
          int at = text.indexOf("\"data\":{\"n\":");
          if (at < 0) return;
          int n = Integer.parseInt(text.substring(at + 12, text.indexOf('}', at)));
          if (n == ++last[0] && n == MISSED) done.incrementAndGet();
        });
    return socket.connect(new WebSocketConnectOptions().setAbsoluteURI(gateway.uri("/ws?topics=")));
  }
}
