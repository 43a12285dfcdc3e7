package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.RawJson;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many that come back at once. */
@Timeout(120)
class ReturnIT {
  private static final int CLIENTS = 1_000;
  // More than is kept in memory.
  private static final int MISSED = 2_300;

  private final GatewayFixture gateway = new GatewayFixture(GatewayConfig.DEFAULTS);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void aThousandThatComeBackForOneRangeCostTheReadsOfOne() {
    for (int n = 1; n <= MISSED; n++) gateway.history.append("t", "{\"n\":" + n + "}", "agents");
    WsClient one = gateway.connect("/ws?topics=");
    gateway.historyMovedOn("agents");
    int before = gateway.history.reads.get();
    resume(one, 0);
    one.takeUntil(frame -> frame.path("data").path("n").asInt() == MISSED);
    int ofOne = gateway.history.reads.get() - before;
    assertTrue(ofOne > 0, "it was read from the log");

    gateway.history.append("t", "{\"n\":" + (MISSED + 1) + "}", "agents");
    gateway.historyMovedOn("agents");
    var done = new AtomicInteger();
    int start = gateway.history.reads.get();
    var opened = new ArrayList<Future<?>>();
    for (int i = 0; i < CLIENTS; i++) opened.add(follow(i % 7, done));
    GatewayFixture.await(Future.all(opened));
    Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> done.get() == CLIENTS);
    int reads = gateway.history.reads.get() - start;
    assertTrue(reads <= ofOne, () -> reads + " reads for all, " + ofOne + " for one");
  }

  @Test
  void whatIsDeletedWhileAClientCatchesUpIsToldAsAGap() {
    for (int n = 1; n <= MISSED; n++) gateway.history.append("t", "{\"n\":" + n + "}", "agents");
    gateway.historyMovedOn("agents");
    WsClient client = gateway.connect("/ws?topics=");
    gateway.history.dropAtNextRead(dev.boardcast.event.Shards.of("agents"), 1_000);
    resume(client, 0);
    List<Boolean> told =
        client
            .takeUntil(
                frame ->
                    WsClient.type(frame).equals("subscribed")
                        && !frame.path("recovered").asBoolean())
            .stream()
            .filter(frame -> WsClient.type(frame).equals("subscribed"))
            .map(frame -> frame.path("recovered").asBoolean())
            .toList();
    assertEquals(List.of(true, false), told);
    gateway.emit("{\"n\":-1}", "agents");
    assertEquals(-1, client.next("task_created").path("data").path("n").asInt());
  }

  private static void resume(WsClient client, int since) {
    client.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"agents\",\"since\":\"e1:"
            + since
            + "\"}]}");
  }

  /** Comes back and counts itself when it has everything, in order. */
  private Future<?> follow(int since, AtomicInteger done) {
    var socket = gateway.vertx.createWebSocketClient().webSocket();
    int[] last = {since};
    socket.textMessageHandler(
        text -> {
          int at = text.indexOf("\"data\":{\"n\":");
          if (at < 0) return;
          int n = Integer.parseInt(text.substring(at + 12, text.indexOf('}', at)));
          if (n != ++last[0]) throw new AssertionError("expected " + last[0] + ", got " + n);
          if (n == MISSED + 1) done.incrementAndGet();
        });
    return socket
        .connect(new WebSocketConnectOptions().setAbsoluteURI(gateway.uri("/ws?topics=")))
        .compose(
            open ->
                open.writeTextMessage(
                    RawJson.of(
                            "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"agents\","
                                + "\"since\":\"e1:"
                                + since
                                + "\"}]}")
                        .text()));
  }
}
