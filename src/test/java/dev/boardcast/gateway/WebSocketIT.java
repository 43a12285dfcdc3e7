package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSocket as RFC 6455 has it, over a real socket, however the bytes are cut. */
class WebSocketIT {
  private static final byte[] END = RawClient.frame(0x89, "end");
  private static final GatewayFixture GATEWAY =
      new GatewayFixture(
          new GatewayConfig(
              1000,
              16 << 10,
              1 << 20,
              10,
              100_000,
              Duration.ofSeconds(30),
              Duration.ofSeconds(60),
              Duration.ofSeconds(10),
              Map.of()));

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  @ParameterizedTest
  @MethodSource("dev.boardcast.gateway.WebSocketCases#all")
  void isAnsweredAsTheSuiteWants(WebSocketCases.Case given) throws IOException {
    try (var client = new RawClient(GATEWAY.port(), "/ws?topics=")) {
      client.send(given.bytes());
      assertAnswers(given, client);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.boardcast.gateway.WebSocketCases#all")
  void isAnsweredTheSameWhenBytesComeOneByOne(WebSocketCases.Case given) throws IOException {
    // What follows a goodbye may reset a line that is already closed.
    boolean talksOn = given.id().startsWith("7.1.2") || given.id().startsWith("7.1.3");
    if (given.bytes().length > 500 || talksOn) return;
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
    List<String> got = new ArrayList<>();
    while (got.size() < given.answers().size()) got.add(client.next());
    assertEquals(given.answers(), got);
    if (!ends) return;
    try {
      client.send(RawClient.frame(0x88, ""));
    } catch (IOException alreadyClosed) {
      // As it should be where the client said goodbye first.
    }
    assertEquals("end", client.next());
  }
}
