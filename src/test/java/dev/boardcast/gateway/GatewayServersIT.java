package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boardcast.gateway.GatewayFixture.Address;
import dev.boardcast.gateway.GatewayFixture.Server;
import dev.boardcast.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The gateway's port, the HTTP port and a host's router serve sessions alike. */
@Timeout(120)
class GatewayServersIT {
  private static final byte[] PING = RawClient.frame(0x89, "x");
  private static final byte[] SUBSCRIBE =
      RawClient.frame(0x81, "{\"type\":\"subscribe\",\"topics\":[\"agents\"]}");
  private static final String KEY =
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private final GatewayFixture gateway = new GatewayFixture(GatewayFixture.CONFIG);

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"HTTP", "HOST"})
  void aLineFeedInAnHttp2PathIsRefusedAndLaterHandshakesWork(Server server) throws IOException {
    Address at = gateway.address(server);
    for (String path :
        List.of("/ws\nx", "/ws?a=\n", "/\n", "/ws/metrics/\r\n", "/api/v1/stream?topics=a\nb")) {
      try (var client = new RawHttp2Client(at.port())) {
        int status = client.get(at.prefix() + path).status();
        // Vert.x or Netty may refuse it themselves.
        assertTrue(status == 400 || status == 404 || status == -1, path + ": " + status);
      }
      assertServes(at);
    }
  }

  @Test
  void theGatewaysPortDoesNotSpeakHttp2AndLaterHandshakesWork() throws IOException {
    try (var client = new RawHttp2Client(gateway.port())) {
      assertThrows(IOException.class, () -> client.get("/ws\n"));
    }
    assertServes(gateway.address(Server.GATEWAY));
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"HTTP", "HOST"})
  void aLineBreakInAHeaderFieldIsNeitherLoggedNorPassedOn(Server server) throws IOException {
    Address at = gateway.address(server);
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(log);
    String evil = "a\r\nInjected: yes";
    try {
      for (String name :
          List.of("x-forwarded-for", "user-agent", "last-event-id", "authorization", "origin")) {
        try (var client = new RawHttp2Client(at.port())) {
          var response = client.get(at.prefix() + "/api/v1/stream?topics=tasks", name, evil);
          assertTrue(response.status() == 400 || response.status() == -1, name);
          assertFalse(response.body().contains("Injected"), response.body());
          if (response.headers() == null) continue;
          response
              .headers()
              .forEach(e -> assertFalse(e.getValue().toString().contains("Injected")));
        }
      }
      assertServes(at);
    } finally {
      root.detachAppender(log);
    }
    for (ILoggingEvent event : List.copyOf(log.list)) {
      assertFalse(event.getFormattedMessage().contains("Injected"), event.getFormattedMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void anHttp1HeaderFieldWithALineBreakIsRefused(Server server) throws IOException {
    Address at = gateway.address(server);
    String folded = "X-Forwarded-For: a\r\n Injected: yes\r\n";
    try (var socket = new Socket("127.0.0.1", at.port())) {
      socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
      write(socket, "GET " + at.prefix() + "/ws HTTP/1.1\r\nHost: x\rInjected: y\r\n\r\n");
      assertTrue(head(socket).startsWith("HTTP/1.1 400"));
    }
    try (var client = new RawClient(at.port(), at.prefix() + "/ws?topics=", folded.strip())) {
      // An obsolete continuation line is one value.
      assertFalse(client.response().contains("Injected"), client.response());
    }
    assertServes(at);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GATEWAY | Connection: keep-alive, Upgrade",
        "HTTP    | Connection: keep-alive, Upgrade",
        "HOST    | Connection: keep-alive, Upgrade",
        "GATEWAY | Connection: Upgrade, keep-alive",
        "HTTP    | Connection: Upgrade, keep-alive",
        "HOST    | Connection: Upgrade, keep-alive",
        "GATEWAY | Connection: keep-alive~Connection: Upgrade",
        "HTTP    | Connection: keep-alive~Connection: Upgrade",
        "HOST    | Connection: keep-alive~Connection: Upgrade",
        "GATEWAY | connection:upgrade",
        "HTTP    | connection:upgrade",
        "HOST    | connection:upgrade",
      })
  void aConnectionHeaderWithSeveralTokensOpensASession(Server server, String header)
      throws IOException {
    Address at = gateway.address(server);
    try (var socket = new Socket("127.0.0.1", at.port())) {
      socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
      write(
          socket,
          "GET "
              + at.prefix()
              + "/ws?topics= HTTP/1.1\r\nHost: localhost\r\n"
              + KEY
              + header.replace("~", "\r\n")
              + "\r\n\r\n");
      assertTrue(head(socket).startsWith("HTTP/1.1 101"));
      var in = socket.getInputStream();
      assertEquals(0x81, in.read());
      int length = in.read();
      in.readNBytes(length < 126 ? length : in.read() << 8 | in.read());
      socket.getOutputStream().write(PING);
      assertEquals(0x8a, in.read());
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void framesInThePacketOfTheHandshakeAreRead(Server server) throws IOException {
    Address at = gateway.address(server);
    var frames = new ByteArrayOutputStream();
    frames.writeBytes(PING);
    frames.writeBytes(SUBSCRIBE);
    for (int i = 0; i < 3; i++) {
      // The first of them waits for its hub.
      try (var client =
          RawClient.withEarlyData(at.port(), at.prefix() + "/ws?topics=", frames.toByteArray())) {
        assertTrue(client.next().contains("connection_ack"));
        assertEquals("pong:x", client.next());
        assertTrue(client.next().contains("\"subscribed\""));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aHandshakeWithABodyIsRefusedAndItsConnectionEnds(Server server) throws IOException {
    Address at = gateway.address(server);
    for (String header : List.of("Content-Length: 10", "Transfer-Encoding: chunked")) {
      try (var client = new RawClient(at.port(), at.prefix() + "/ws", header)) {
        assertTrue(client.response().startsWith("HTTP/1.1 400"), client.response());
        assertEquals(0, gateway.node.sessions());
      }
    }
    try (var client = new RawClient(at.port(), at.prefix() + "/ws", "Content-Length: 0")) {
      assertTrue(client.response().startsWith("HTTP/1.1 101"), client.response());
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aMessageThatIsTooBigEndsWith1009(Server server) throws IOException {
    Address at = gateway.address(server);
    for (int size : new int[] {16_385, 65_537, 300_000, 5_000_000}) {
      try (var client = new RawClient(at.port(), at.prefix() + "/ws?topics=")) {
        assertTrue(client.next().contains("connection_ack"));
        try {
          client.send(RawClient.frame(0x81, new byte[size]));
        } catch (IOException refused) {
          // It may be refused before it has left.
        }
        assertEquals("close:1009", client.next());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aWebSocketPathWithoutUpgradeIsAnsweredBy426(Server server) throws IOException {
    Address at = gateway.address(server);
    for (String path : List.of("/ws", "/ws/metrics", "/ws/metrics/platform", "/api/ws")) {
      try (var socket = new Socket("127.0.0.1", at.port())) {
        socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
        write(socket, "GET " + at.prefix() + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        String head = head(socket).toLowerCase(java.util.Locale.ROOT);
        assertTrue(head.startsWith("http/1.1 426"), head);
        assertTrue(head.contains("\r\nupgrade: websocket\r\n"), head);
        assertTrue(head.contains("\r\nsec-websocket-version: 13\r\n"), head);
        assertTrue(head.contains("\r\ncontent-type: application/problem+json\r\n"), head);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"HTTP", "HOST"})
  void aWebSocketOverHttp2IsAnsweredBy501(Server server) throws IOException {
    Address at = gateway.address(server);
    try (var client = new RawHttp2Client(at.port())) {
      var response = client.get(at.prefix() + "/ws?topics=agents");
      assertEquals(501, response.status());
      assertTrue(response.body().contains("HTTP/1.1"), response.body());
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void unknownPathsAndBoardsAre404AndPathsBelowOthersToo(Server server) throws IOException {
    Address at = gateway.address(server);
    for (String path : List.of("/nowhere", "/ws/metrics/nothing", "/ws/x", "/ws/metrics/a/b")) {
      try (var client = new RawClient(at.port(), at.prefix() + path)) {
        assertTrue(client.response().startsWith("HTTP/1.1 404"), path + client.response());
      }
    }
    try (var client = new RawClient(at.port(), at.prefix() + "/ws?topics=%zz")) {
      assertTrue(client.response().startsWith("HTTP/1.1 400"), client.response());
    }
  }

  /**
   * Clients were told that no gateway is up until its first beacon had come, and when it was late.
   */
  @ParameterizedTest
  @EnumSource(Server.class)
  void aGatewayServesAsSoonAsItHasStarted(Server server) throws IOException {
    try (var fresh = new GatewayFixture(GatewayFixture.CONFIG)) {
      Address at = fresh.address(server);
      for (int i = 0; i < 5; i++) {
        try (var client = new RawClient(at.port(), at.prefix() + "/ws?topics=")) {
          assertTrue(client.response().startsWith("HTTP/1.1 101"), client.response());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void aClientIsOneConnection(Server server) throws IOException {
    assumeTrue(new File("/proc/self/fd").isDirectory(), "descriptors are counted on Linux");
    Address at = gateway.address(server);
    assertServes(at);
    Awaitility.await().until(() -> gateway.node.sessions() == 0);
    int before = sockets();
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 50; i++) {
      clients.add(new RawClient(at.port(), at.prefix() + "/ws?topics="));
      assertTrue(clients.get(i).next().contains("connection_ack"));
    }
    // Both ends are in this process.
    assertEquals(2 * 50, sockets() - before);
    for (RawClient client : clients) client.close();
  }

  @ParameterizedTest
  @EnumSource(Server.class)
  void onAnotherVersionOfVertxThePublicApiServes(Server server) throws IOException {
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(log);
    try (var other = GatewayFixture.onVertx("5.9.1", GatewayFixture.CONFIG)) {
      Address at = other.address(server);
      for (int i = 0; i < 3; i++) {
        try (var client = new RawClient(at.port(), at.prefix() + "/ws?topics=agents")) {
          assertTrue(client.next().contains("connection_ack"));
          assertTrue(client.next().contains("\"subscribed\""));
          other.emit("{\"n\":" + i + "}", "agents");
          assertTrue(client.next().contains("\"n\":" + i));
          client.send(PING);
          assertEquals("pong:x", client.next());
          client.send(RawClient.frame(0x81, new byte[20_000]));
          assertEquals("close:1009", client.next());
        }
      }
      try (var stream =
          dev.boardcast.testing.SseClient.open(
              other.vertx, at.http("/api/v1/stream?topics=agents"), java.util.Map.of())) {
        stream.next("subscribed");
        other.emit("{\"n\":9}", "agents");
        assertEquals(9, stream.next("task_created").data().path("data").path("n").asInt());
        GatewayFixture.await(other.leave());
        assertEquals(1001, stream.next("close").data().path("code").asInt());
        stream.awaitEnd();
      }
      assertEquals(0, other.node.sessions());
    } finally {
      root.detachAppender(log);
    }
    assertEquals(
        1,
        List.copyOf(log.list).stream()
            .filter(event -> event.getFormattedMessage().contains("5.9.1"))
            .count());
  }

  private void assertServes(Address at) throws IOException {
    try (var client = new RawClient(at.port(), at.prefix() + "/ws?topics=")) {
      assertTrue(client.next().contains("connection_ack"));
      client.send(PING);
      assertEquals("pong:x", client.next());
    }
  }

  private static int sockets() throws IOException {
    int sockets = 0;
    File[] descriptors = new File("/proc/self/fd").listFiles();
    for (File descriptor : descriptors) {
      try {
        var target = java.nio.file.Files.readSymbolicLink(descriptor.toPath());
        if (target.toString().startsWith("socket:")) sockets++;
      } catch (IOException closedMeanwhile) {
        // Such as the one that lists them.
      }
    }
    return sockets;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(Socket socket) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int one = socket.getInputStream().read();
      if (one < 0) return head.toString();
      head.append((char) one);
    }
    return head.toString();
  }
}
