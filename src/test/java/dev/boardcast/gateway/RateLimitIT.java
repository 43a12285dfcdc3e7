package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send more than they may. */
@Timeout(60)
class RateLimitIT {
  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void unsolicitedPongsCountAsMessages() throws IOException {
    try (var client = new RawClient(gateway.port(), "/ws?topics=")) {
      client.next();
      client.send(many(RawClient.frame(0x8a, "x"), 1_000));
      assertEquals("close:4429", client.next());
    }
  }

  @Test
  void thousandsOfTopicsInOneMessageCloseWith4429() throws IOException {
    String topics =
        IntStream.range(0, 3_000).mapToObj(i -> "\"a\"").collect(Collectors.joining(","));
    try (var client = new RawClient(gateway.port(), "/ws?topics=")) {
      client.next();
      client.send(RawClient.frame(0x81, "{\"type\":\"subscribe\",\"topics\":[" + topics + "]}"));
      assertEquals("close:4429", client.next());
    }
  }

  @Test
  void asManyTopicsAsAllowedCanBeRequestedAtOnceAndAgain() {
    WsClient client = gateway.connect("/ws?topics=");
    String topics =
        IntStream.range(0, 100).mapToObj(i -> "\"a" + i + "\"").collect(Collectors.joining(","));
    for (int i = 0; i < 2; i++) {
      client.send("{\"type\":\"subscribe\",\"topics\":[" + topics + "]}");
    }
    long subscribed =
        client.settle().stream().filter(frame -> WsClient.type(frame).equals("subscribed")).count();
    assertEquals(200, subscribed);
  }

  @Test
  void pingsOfAClientThatDoesNotReadAreAnsweredOnceWithTheLast() throws IOException {
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
      try (var client = new RawClient(socket, "/ws?topics=agents")) {
        assertTrue(client.next().contains("connection_ack"));
        assertTrue(client.next().contains("subscribed"));
        // Until the kernel's buffers are full and messages wait in the session's queue.
        String filler = "x".repeat(8 << 10);
        var queued = new int[1];
        int sent = 0;
        while (queued[0] == 0) {
          gateway.emit("{\"n\":" + sent++ + ",\"x\":\"" + filler + "\"}", "agents");
          queued[0] = (int) GatewayFixture.await(gateway.node.statistics()).queueBytes();
        }
        for (int i = 0; i < 20; i++) client.send(RawClient.frame(0x89, "ping " + i));
        // A message after them, answered when all were read.
        client.send(RawClient.frame(0x81, "{\"type\":\"ping\"}"));
        int before = queued[0];
        Awaitility.await()
            .until(() -> GatewayFixture.await(gateway.node.statistics()).queueBytes() > before);
        int pongs = 0;
        String last = "";
        for (String next = client.next(); !next.contains("\"pong\""); next = client.next()) {
          if (!next.startsWith("pong:")) continue;
          pongs++;
          last = next;
        }
        assertEquals("pong:ping 19", last);
        assertEquals(1, pongs);
      }
    }
  }

  @Test
  void handshakeWithABodyIsRefusedBeforeItIsAdmitted() throws IOException {
    try (var client = new RawClient(gateway.port(), "/ws", "Content-Length: 10")) {
      assertTrue(client.response().startsWith("HTTP/1.1 400"), client.response());
      assertEquals(0, gateway.node.sessions());
    }
    try (var client = new RawClient(gateway.port(), "/ws", "Content-Length: 0")) {
      assertTrue(client.response().startsWith("HTTP/1.1 101"), client.response());
    }
  }

  @Test
  void connectionServesFurtherRequestsAfterAnInvalidHandshake() throws IOException {
    try (var socket = new Socket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
      String handshake =
          new String(RawClient.handshake("/ws"), StandardCharsets.US_ASCII)
              .replace("Connection: Upgrade", "Connection: keep-alive");
      String next = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write((handshake + next).getBytes(StandardCharsets.US_ASCII));
      var read = new StringBuilder();
      while (read.indexOf("{\"status\":\"up\"}") < 0) {
        int one = socket.getInputStream().read();
        assertTrue(one >= 0, read.toString());
        read.append((char) one);
      }
      assertTrue(read.toString().startsWith("HTTP/1.1 400"), read.toString());
      assertEquals(0, gateway.node.sessions());
    }
  }

  private static byte[] many(byte[] frame, int times) {
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) all.writeBytes(frame);
    return all.toByteArray();
  }
}
