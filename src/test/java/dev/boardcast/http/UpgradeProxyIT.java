package dev.boardcast.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.GatewayBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.testing.TextTokens;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The HTTP port in front of a gateway that is a plain WebSocket server. */
@Timeout(60)
class UpgradeProxyIT {
  private static final int MIB = 1 << 20;
  // More than the sockets between them hold, however they are tuned.
  private static final int MANY = 256;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger sent = new AtomicInteger();
  private HttpServer gateway;
  private String http;

  @BeforeEach
  void start() {
    gateway = await(vertx.createHttpServer().requestHandler(this::knock).listen(0, "127.0.0.1"));
    var proxy = new UpgradeProxy("node");
    var bus = new TypedBus(vertx);
    await(proxy.listen(bus));
    var known = proxy.known(vertx);
    bus.publish(
        Addresses.GATEWAY_BEACONS,
        new GatewayBeacon("node", "127.0.0.1", gateway.actualPort(), true, "key"));
    await(known);
    var port =
        new HttpApiVerticle(
            "127.0.0.1", 0, HttpConfig.DEFAULTS, new TextTokens(), List.of(), proxy);
    await(vertx.deployVerticle(port));
    http = "ws://127.0.0.1:" + port.port();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void messagesGoBothWaysAndTheGatewaysCloseCodeArrives() {
    try (var client = WsClient.connect(vertx, http + "/echo")) {
      client.takeUntil(frame -> frame.has("from"));
      client.send("{\"n\":1}");
      assertEquals(1, client.next().get("n").asInt());
      client.send("bye");
      assertEquals(4408, client.closeCode());
    }
  }

  @Test
  void aSlowClientHoldsTheGatewayBackAndLosesNothing() {
    try (var client = WsClient.connect(vertx, http + "/flood")) {
      client.pause();
      var before = new AtomicInteger(-1);
      // Nothing more goes out, though there is more: it waits at the gateway.
      Awaitility.await()
          .pollInterval(500, TimeUnit.MILLISECONDS)
          .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
      assertTrue(sent.get() < MANY, () -> "all " + sent + " MiB went into memory");

      client.resume();
      for (int i = 0; i < MANY; i++) assertEquals(MIB, client.nextText(WsClient.PATIENCE).length());
      assertEquals(4408, client.closeCode());
    }
  }

  @Test
  void aRefusedHandshakeComesBackAsItIs() {
    var refused =
        assertThrows(
            IllegalStateException.class, () -> WsClient.connect(vertx, http + "/full").close());
    var why = (UpgradeRejectedException) refused.getCause();
    assertEquals(503, why.getStatus());
    assertEquals("5", why.getHeaders().get("Retry-After"));
    assertEquals("full", why.getBody().toString());
  }

  @Test
  void aGatewayThatIsGoneIsAnsweredByAProblem() {
    await(gateway.close());
    var refused =
        assertThrows(
            IllegalStateException.class, () -> WsClient.connect(vertx, http + "/echo").close());
    var why = (UpgradeRejectedException) refused.getCause();
    assertEquals(503, why.getStatus());
    assertEquals("application/problem+json", why.getHeaders().get("Content-Type"));
  }

  @Test
  void aGatewayThatIsGoneIsSteppedOver() throws Exception {
    var proxy = new UpgradeProxy("api alone");
    var bus = new TypedBus(vertx);
    await(proxy.listen(bus));
    var known = proxy.known(vertx);
    for (String dead : List.of("a", "b")) {
      bus.publish(
          Addresses.GATEWAY_BEACONS, new GatewayBeacon(dead, "127.0.0.1", unused(), true, "key"));
    }
    bus.publish(
        Addresses.GATEWAY_BEACONS,
        new GatewayBeacon("c", "127.0.0.1", gateway.actualPort(), true, "key"));
    await(known);
    var port =
        new HttpApiVerticle(
            "127.0.0.1", 0, HttpConfig.DEFAULTS, new TextTokens(), List.of(), proxy);
    await(vertx.deployVerticle(port));
    // Each of those that come first meets another one of the three.
    for (int i = 0; i < 3; i++) {
      try (var client = WsClient.connect(vertx, "ws://127.0.0.1:" + port.port() + "/echo")) {
        assertTrue(client.next().has("from"));
      }
    }
  }

  @Test
  void aClientThatLeavesDuringItsHandshakeLeavesNothingAtTheGateway() throws Exception {
    var socket = await(vertx.createNetClient().connect(URI.create(http).getPort(), "127.0.0.1"));
    socket.write(
        "GET /late HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    Awaitility.await().until(() -> sent.get() == 1);
    await(socket.close());
    Awaitility.await().until(() -> sent.get() == -1);
  }

  @Test
  void theGatewayLearnsWhenTheClientIsGoneAndWhoseConnectionItIs() {
    var client =
        WsClient.connect(vertx, http + "/echo", Map.of("X-Forwarded-For", "6.6.6.6"), List.of());
    assertEquals("6.6.6.6, 127.0.0.1", client.next().get("from").asText());
    client.close();
    Awaitility.await().until(() -> sent.get() == -1);
  }

  private void knock(HttpServerRequest request) {
    if (request.path().equals("/full")) {
      request.response().setStatusCode(503).putHeader("Retry-After", "5").end("full");
      return;
    }
    String from = request.getHeader("X-Forwarded-For");
    if (request.path().equals("/late")) {
      sent.set(1);
      request.pause();
      vertx.setTimer(500, later -> upgrade(request, from));
    } else {
      upgrade(request, from);
    }
  }

  private void upgrade(HttpServerRequest request, String from) {
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              socket.closeHandler(closed -> sent.set(-1));
              if (request.path().equals("/flood")) flood(socket, 0);
              else echo(socket, from);
            });
  }

  private static void echo(ServerWebSocket socket, String from) {
    socket.textMessageHandler(
        text -> {
          if (text.equals("bye")) socket.close((short) 4408, "too slow, resume");
          else socket.writeTextMessage(text);
        });
    socket.writeTextMessage("{\"from\":\"" + from + "\"}");
  }

  private void flood(ServerWebSocket socket, int from) {
    for (int i = from; i < MANY; i++) {
      if (socket.writeQueueFull()) {
        int next = i;
        socket.drainHandler(drained -> flood(socket, next));
        return;
      }
      socket.writeTextMessage("x".repeat(MIB));
      sent.set(i + 1);
    }
    socket.close((short) 4408, "too slow, resume");
  }

  private static int unused() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not within 20 s", late);
    }
  }
}
