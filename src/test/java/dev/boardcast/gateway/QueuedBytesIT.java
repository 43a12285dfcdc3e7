package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for all clients of a node is bounded; the slowest sessions pay for it. */
@Timeout(120)
class QueuedBytesIT {
  private static final int LIMIT = 2 << 20;
  private static final int EVENTS = 300;
  private static final int SLOW = 6;
  private static final String FILLER = "x".repeat(8 << 10);
  // What arrives while the slowest sessions are found.
  private static final int OVERSHOOT = LIMIT;

  private final GatewayFixture gateway =
      new GatewayFixture(
          Settings.of(
              GatewayConfig.class,
              "gateway-max-queue=67108864",
              "gateway-max-queued-bytes=" + LIMIT),
          Vertx.vertx(),
          2,
          node -> node);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void theSlowestSessionsOfTheNodeEndAndTheOthersGetEverything() throws IOException {
    List<RawClient> slow = new ArrayList<>();
    for (int i = 0; i < SLOW; i++) slow.add(stopped(i % 2 == 0 ? "agents" : "agents,x" + i));
    // These stop as well, but little waits for them.
    List<RawClient> behind = List.of(stopped("providers"), stopped("providers"));
    WsClient quick = gateway.connect("/ws?topics=agents,providers");
    quick.next("subscribed");
    quick.next("subscribed");

    long most = 0;
    for (int n = 0; n < EVENTS; n++) {
      gateway.emit(event(n), n % 20 == 0 ? "providers" : "agents");
      assertEquals(n, number(quick));
      most = Math.max(most, queued());
    }
    assertTrue(most > LIMIT / 2, "the clients were not slow: " + most);
    assertTrue(most <= LIMIT + OVERSHOOT, most + " bytes waited");
    // One of them may fit.
    Awaitility.await().until(() -> closes() >= SLOW - 1 && closes() <= SLOW);

    for (RawClient each : behind) {
      for (int n = 0; n < EVENTS; n += 20) assertTrue(each.next().contains("\"n\":" + n + ","));
    }
    int ended = 0;
    for (RawClient each : slow) {
      String last = "";
      for (int n = 0; n < EVENTS && !last.startsWith("close:"); n++) {
        if (n % 20 != 0) last = each.next();
      }
      if (last.equals("close:4408")) ended++;
      each.close();
    }
    assertEquals((int) closes(), ended);
    Awaitility.await().until(() -> queued() == 0);
    for (RawClient each : behind) each.close();
  }

  @Test
  void bytesOfAClientThatGoesAwayAreNotCountedAnyMore() throws IOException {
    RawClient slow = stopped("agents");
    WsClient quick = gateway.connect("/ws?topics=agents");
    quick.next("subscribed");
    for (int n = 0; n < 50; n++) {
      gateway.emit(event(n), "agents");
      assertEquals(n, number(quick));
    }
    Awaitility.await().until(() -> queued() > 100_000);
    slow.close();
    Awaitility.await().until(() -> queued() == 0);
    assertEquals(0, closes());
  }

  private static String event(int n) {
    return "{\"n\":" + n + ",\"x\":\"" + FILLER + "\"}";
  }

  private static int number(WsClient client) {
    return client.next("task_created").path("data").path("n").asInt();
  }

  private double closes() {
    return gateway.meters.counter("boardcast.gateway.closes", "code", "too_slow").count();
  }

  private long queued() {
    return (long) gateway.meters.get("boardcast.gateway.queued.bytes").gauge().value();
  }

  /** A client that has subscribed, and reads nothing more until it is asked for the next frame. */
  private RawClient stopped(String topics) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
    var client = new RawClient(socket, "/ws?topics=" + topics);
    assertTrue(client.next().contains("connection_ack"));
    for (int i = 0; i < topics.split(",").length; i++) {
      assertTrue(client.next().contains("subscribed"));
    }
    return client;
  }
}
