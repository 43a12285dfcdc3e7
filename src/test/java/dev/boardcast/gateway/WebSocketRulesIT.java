package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.gateway.GatewayFixture.Address;
import dev.boardcast.gateway.GatewayFixture.Server;
import dev.boardcast.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of handshakes and messages that PROTOCOL's table names, on every port, and on a version
 * of Vert.x whose internals are not known.
 */
@Timeout(120)
class WebSocketRulesIT {
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final List<Target> TARGETS = new ArrayList<>();
  private static GatewayFixture gateway;
  private static GatewayFixture publicApi;

  /** One address that is tested. */
  private record Target(String name, Address at) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void start() {
    GatewayConfig config =
        Settings.of(GatewayConfig.class, "gateway-compression=on", "gateway-path-limits=");
    gateway = new GatewayFixture(config);
    publicApi = GatewayFixture.onVertx("5.9.1", config);
    for (Server server : Server.values()) {
      TARGETS.add(new Target(server.name(), gateway.address(server)));
    }
    TARGETS.add(new Target("GATEWAY, public API", publicApi.address(Server.GATEWAY)));
    TARGETS.add(new Target("HTTP, public API", publicApi.address(Server.HTTP)));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    publicApi.close();
  }

  static Stream<Target> targets() {
    return TARGETS.stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void aKeyThatIsNot16BytesInBase64OnceIsAnsweredBy400(Target target) throws IOException {
    String name = "Sec-WebSocket-Key: ";
    for (String keys :
        List.of(
            "X-None: 1",
            name,
            name + "abc",
            name + "dGhlIHNhbXBsZSBub25jZQ",
            name + "dGhlIHNhbXBsZSBub25jZ===",
            name + "dGhlIHNhbXBsZSBub25jZTEy",
            name + "dGhlIHNhbXBsZSBub25jZ!==",
            KEY + "\r\n" + KEY)) {
      String answer = handshake(target, "HTTP/1.1", "Connection: Upgrade", keys);
      assertTrue(answer.startsWith("HTTP/1.1 400"), keys + answer);
      assertTrue(answer.contains("application/problem+json"), answer);
      assertTrue(answer.contains("\"field\":\"Sec-WebSocket-Key\""), answer);
    }
    assertEquals(0, gateway.node.sessions() + publicApi.node.sessions());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void anUpgradeOfHttp10IsAnsweredBy400(Target target) throws IOException {
    String answer = handshake(target, "HTTP/1.0", "Connection: Upgrade", KEY);
    assertTrue(answer.matches("(?s)HTTP/1\\.[01] 400 .*"), answer);
    assertTrue(answer.contains("HTTP/1.0"), answer);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void twoLinesOfAHeaderAreOneList(Target target) throws IOException {
    for (String connection :
        List.of(
            "Connection: keep-alive\r\nConnection: Upgrade",
            "Connection: Upgrade\r\nConnection: keep-alive",
            "Connection: Upgrade\r\nUpgrade: other/1")) {
      String answer = handshake(target, "HTTP/1.1", connection, KEY);
      assertTrue(answer.startsWith("HTTP/1.1 101"), connection + answer);
      assertTrue(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), answer);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void offersOfExtensionsWithoutTheFormOfTheirHeaderAreAnsweredBy400(Target target)
      throws IOException {
    for (String offer :
        List.of("permessage-deflate; =1", "a b", "x; y=\"1", "permessage-deflate;")) {
      String answer =
          handshake(
              target, "HTTP/1.1", "Connection: Upgrade\r\nSec-WebSocket-Extensions: " + offer, KEY);
      assertTrue(answer.startsWith("HTTP/1.1 400"), offer + answer);
      assertTrue(answer.contains("Sec-WebSocket-Extensions"), answer);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void topicsMayBeRepeated(Target target) throws IOException {
    try (var client = connect(target, "/ws?topics=agents&topics=providers,%20alerts&topics=")) {
      assertTrue(client.next().contains("connection_ack"));
      for (String topic : List.of("agents", "providers", "alerts")) {
        String next = client.next();
        assertTrue(next.contains("\"subscribed\",\"topic\":\"" + topic + "\""), next);
      }
    }
    try (var stream =
        dev.boardcast.testing.SseClient.open(
            gateway.vertx,
            target.at.http("/api/v1/stream?topics=agents&topics=providers"),
            java.util.Map.of())) {
      assertEquals("agents", stream.next("subscribed").data().path("topic").asText());
      assertEquals("providers", stream.next("subscribed").data().path("topic").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void aBinaryMessageIsReadAsText(Target target) throws IOException {
    try (var client = connect(target, "/ws?topics=")) {
      assertTrue(client.next().contains("connection_ack"));
      client.send(
          RawClient.frame(0x82, "{\"type\":\"subscribe\",\"topics\":[\"agents\"],\"note\":\"ü\"}"));
      assertTrue(client.next().contains("\"subscribed\",\"topic\":\"agents\""));
      client.send(RawClient.frame(0x02, "{\"type\":"));
      client.send(RawClient.frame(0x80, "\"ping\"}"));
      assertEquals("text:{\"type\":\"pong\"}", client.next());
    }
    assertEquals(4400, codeAfter(target, "/ws?topics=", RawClient.frame(0x82, "hello")));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void whatIsNotUtf8ClosesWith1007(Target target) throws IOException {
    byte[] bad = {'"', (byte) 0xc3, 0x28, '"'};
    byte[] cut = {(byte) 0xe2, (byte) 0x82};
    for (String path : List.of("/ws?topics=", "/ws/metrics/platform")) {
      for (int opcode : new int[] {TEXT, BINARY}) {
        assertEquals(1007, codeAfter(target, path, RawClient.frame(0x80 | opcode, bad)));
        assertEquals(1007, codeAfter(target, path, RawClient.frame(0x80 | opcode, cut)));
        var fragments = new ByteArrayOutputStream();
        fragments.writeBytes(RawClient.frame(opcode, cut));
        fragments.writeBytes(RawClient.frame(0x80, "x"));
        assertEquals(1007, codeAfter(target, path, fragments.toByteArray()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void whatIsNotJsonOrNotOfTheProtocolClosesWith4400(Target target) throws IOException {
    for (String text : List.of("hello", "[]", "{}", "{\"type\":7}", "{\"type\":\"subscribe\"}")) {
      assertEquals(4400, codeAfter(target, "/ws?topics=", RawClient.frame(0x81, text)));
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void unknownTypesAreAnsweredAndUnknownMembersIgnoredAndTheSessionGoesOn(Target target)
      throws IOException {
    try (var client = connect(target, "/ws?topics=")) {
      assertTrue(client.next().contains("connection_ack"));
      client.send(
          RawClient.frame(
              0x81, "{\"type\":\"seats\",\"id\":\"r1\",\"topic\":\"agents\",\"limit\":[]}"));
      String unknown = client.next();
      assertTrue(
          unknown.startsWith(
              "text:{\"type\":\"error\",\"code\":\"unknown_message\",\"message\":\"expected type"
                  + " subscribe, "),
          unknown);
      assertTrue(unknown.endsWith(",\"id\":\"r1\"}"), unknown);
      client.send(RawClient.frame(0x81, "{\"type\":\"state\"}"));
      assertFalse(client.next().contains("\"id\""));
      client.send(
          RawClient.frame(
              0x81,
              "{\"type\":\"subscribe\",\"deltas\":true,"
                  + "\"topics\":[{\"topic\":\"agents\",\"soon\":{\"a\":1}}]}"));
      assertTrue(client.next().contains("\"subscribed\",\"topic\":\"agents\""));
      client.send(RawClient.frame(0x81, "{\"type\":\"ping\",\"at\":1}"));
      assertEquals("text:{\"type\":\"pong\"}", client.next());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"HTTP", "HOST"})
  void http2OffersNoWebSocketAndRefusesOneByStatusOrReset(Server server) throws IOException {
    Address at = gateway.address(server);
    try (var client = new RawHttp2Client(at.port())) {
      // RFC 8441: only a server that sends SETTINGS_ENABLE_CONNECT_PROTOCOL takes such a request.
      int status = client.connect("websocket", at.prefix() + "/ws?topics=").status();
      assertTrue(status == -1 || status >= 400, () -> "was " + status);
      assertFalse(client.allowsExtendedConnect());
    }
    try (var client = new RawHttp2Client(at.port())) {
      var answer = client.get(at.prefix() + "/ws?topics=", "sec-websocket-key", "bad");
      assertEquals(501, answer.status());
    }
  }

  private static RawClient connect(Target target, String path, String... headers)
      throws IOException {
    return new RawClient(target.at.port(), target.at.prefix() + path, headers);
  }

  private static int codeAfter(Target target, String path, byte[] bytes) throws IOException {
    try (var client = connect(target, path)) {
      client.send(bytes);
      String next = client.next();
      while (next.startsWith("text:")) next = client.next();
      assertTrue(next.startsWith("close:"), next);
      return Integer.parseInt(next.substring(6));
    }
  }

  /** The head of the answer, and its body where it has a length. */
  private static String handshake(Target target, String version, String connection, String key)
      throws IOException {
    try (var socket = new Socket("127.0.0.1", target.at.port())) {
      socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
      String request =
          ("GET " + target.at.prefix() + "/ws?topics= " + version + "\r\nHost: localhost\r\n")
              .concat("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
              .concat(connection + "\r\n" + key + "\r\n\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var in = new DataInputStream(socket.getInputStream());
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) head.append((char) in.readUnsignedByte());
      var length = java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
      if (length.find()) {
        byte[] body = in.readNBytes(Integer.parseInt(length.group(1)));
        head.append(new String(body, StandardCharsets.UTF_8));
      }
      return head.toString();
    }
  }
}
