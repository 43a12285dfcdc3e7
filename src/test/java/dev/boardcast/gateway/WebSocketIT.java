package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conformance to RFC 6455 over a real socket, however the bytes are split. */
class WebSocketIT {
  private static final byte[] END = RawClient.frame(0x89, "end");
  private static final GatewayFixture GATEWAY =
      new GatewayFixture(
          Settings.of(
              GatewayConfig.class,
              "gateway-max-sessions=1000",
              "gateway-max-subscriptions=10",
              "gateway-max-messages-per-second=100000",
              "gateway-path-limits="));

  private static final int HTTP_PORT = GATEWAY.httpPort();

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  @ParameterizedTest
  @MethodSource("dev.boardcast.gateway.WebSocketCases#all")
  void isAnsweredAsTheSuiteExpects(WebSocketCases.Case given) throws IOException {
    try (var client = new RawClient(GATEWAY.port(), "/ws?topics=")) {
      client.send(given.bytes());
      assertAnswers(given, client);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.boardcast.gateway.WebSocketCases#all")
  void isAnsweredTheSameOnTheHttpPort(WebSocketCases.Case given) throws IOException {
    try (var client = new RawClient(HTTP_PORT, "/ws?topics=")) {
      client.send(given.bytes());
      assertAnswers(given, client);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.boardcast.gateway.WebSocketCases#all")
  void isAnsweredTheSameWhenBytesArriveOneByOne(WebSocketCases.Case given) throws IOException {
    // Data after a close frame may reset a connection that is already closed.
    boolean sendsAfterClose = given.id().startsWith("7.1.2") || given.id().startsWith("7.1.3");
    if (given.bytes().length > 500 || sendsAfterClose) return;
    try (var client = new RawClient(GATEWAY.port(), "/ws?topics=")) {
      for (byte one : given.bytes()) client.send(new byte[] {one});
      assertAnswers(given, client);
    }
  }

  private static void assertAnswers(WebSocketCases.Case given, RawClient client)
      throws IOException {
    boolean ends = given.answers().get(given.answers().size() - 1).startsWith("close");
    if (!ends) client.send(END);
    assertTrue(client.next().startsWith("text:{\"type\":\"connection_ack\""));
    List<String> received = new ArrayList<>();
    while (received.size() < given.answers().size()) received.add(client.next());
    assertEquals(given.answers(), received);
    if (!ends) return;
    try {
      client.send(RawClient.frame(0x88, ""));
    } catch (IOException alreadyClosed) {
      // Expected where the client has sent its close frame first.
    }
    assertEquals("end", client.next());
  }
}
