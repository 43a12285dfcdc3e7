package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that reads too slowly still gets its close code, even after the node has stopped. */
@Timeout(60)
class SlowClientCloseIT {
  private GatewayFixture gateway;

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closeFrameFollowsAllDataInFlight(boolean nativeTransport) throws IOException {
    open(nativeTransport);
    try (var slow = new RawClient(connect(), "/ws?topics=agents")) {
      assertTrue(slow.next().contains("connection_ack"));
      assertTrue(slow.next().contains("subscribed"));
      int sent = overrun();
      GatewayFixture.await(gateway.leave());
      int received = 0;
      String next = slow.next();
      while (next.startsWith("text:")) {
        assertTrue(next.contains("\"n\":" + received++ + ","), "in order, without a gap");
        next = slow.next();
      }
      assertEquals("close:4408", next);
      assertTrue(received < sent, "the rest is for the next session");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closeEventOfAnSseStreamFollowsAllDataInFlight(boolean nativeTransport) throws IOException {
    open(nativeTransport);
    try (Socket socket = connect()) {
      socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
      String ask = "GET /api/v1/stream?topics=agents HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
      var head = new StringBuilder();
      while (head.indexOf("\"subscribed\"") < 0) head.append((char) socket.getInputStream().read());
      overrun();
      GatewayFixture.await(gateway.leave());
      byte[] rest = socket.getInputStream().readAllBytes();
      String end = new String(rest, StandardCharsets.UTF_8).substring(rest.length - 200);
      assertTrue(end.contains("\"code\":4408"), end);
      assertTrue(end.endsWith("0\r\n\r\n"), "the response is whole: " + end);
    }
  }

  private void open(boolean nativeTransport) {
    var options = new VertxOptions().setPreferNativeTransport(nativeTransport);
    gateway = new GatewayFixture(GatewayFixture.CONFIG, Vertx.vertx(options));
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
    return socket;
  }

  /** Sends events until the slow session was closed, and returns their number. */
  private int overrun() {
    WsClient quick = gateway.connect("/ws?topics=agents");
    quick.next("subscribed");
    var closes = gateway.meters.counter("boardcast.gateway.closes", "code", "too_slow");
    String filler = "x".repeat(8 << 10);
    int sent = 0;
    while (closes.count() == 0) {
      assertTrue(sent < 5_000, "a client's queue is not bounded");
      gateway.emit("{\"n\":" + sent++ + ",\"x\":\"" + filler + "\"}", "agents");
      quick.next("task_created");
    }
    quick.close();
    Awaitility.await().until(() -> gateway.node.sessions() <= 1);
    return sent;
  }
}
