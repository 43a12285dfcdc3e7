package dev.boardcast.gateway;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.WsClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A handshake of which nothing must be asked is answered in one turn and one write. */
@Timeout(60)
class HandshakeWritesIT {
  private static final String TOKEN =
      "Authorization: Bearer ann~" + (System.currentTimeMillis() + 600_000) + "~";

  private GatewayFixture gateway;

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @EnumSource(GatewayFixture.Server.class)
  void theAnswerAndTheFirstMessagesLeaveInOneWrite(GatewayFixture.Server server) throws Exception {
    gateway = new GatewayFixture(GatewayConfig.DEFAULTS);
    GatewayFixture.Address address = gateway.address(server);
    // The hub has read the heads of the log.
    received(address, "audit");
    double before = flushes();
    String first = received(address, "audit");
    assertEquals(1, flushes() - before, first);
    assertTrue(first.startsWith("HTTP/1.1 101 Switching Protocols\r\n"), first);
    assertTrue(first.contains("\"connection_ack\""), first);
    assertTrue(first.contains("\"subscribed\""), first);
  }

  static Stream<List<String>> headersOfServers() {
    return Stream.of(
        List.of("Upgrade: websocket", "Connection: Upgrade"),
        List.of("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Connection: Upgrade"));
  }

  @ParameterizedTest
  @MethodSource("headersOfServers")
  void theAnswerHasEachHeaderOfTheUpgradeOnce(List<String> expected) throws Exception {
    gateway = new GatewayFixture(GatewayConfig.DEFAULTS);
    for (GatewayFixture.Server server : GatewayFixture.Server.values()) {
      List<String> head = received(gateway.address(server), "audit").lines().toList();
      for (String line : expected) {
        assertEquals(1, head.stream().filter(line::equals).count(), server + ": " + head);
      }
      assertTrue(
          head.stream().noneMatch(line -> line.startsWith("Content-Length")), head::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(GatewayFixture.Server.class)
  void aSubprotocolIsChosen(GatewayFixture.Server server) throws Exception {
    gateway = new GatewayFixture(GatewayConfig.DEFAULTS);
    String head =
        received(gateway.address(server), "audit", "Sec-WebSocket-Protocol: other, boardcast.v1");
    assertEquals(
        1,
        head.lines()
            .filter(line -> line.equalsIgnoreCase("Sec-WebSocket-Protocol: boardcast.v1"))
            .count(),
        head);
  }

  @ParameterizedTest
  @EnumSource(GatewayFixture.Server.class)
  void theMetersOfVertxCountTheUpgradeAsThoseOfVertxItself(GatewayFixture.Server server)
      throws Exception {
    var registry = new SimpleMeterRegistry();
    var options =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setRegistryName(UUID.randomUUID().toString());
    gateway =
        new GatewayFixture(
            GatewayConfig.DEFAULTS,
            Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(options))
                .withMetrics(new MicrometerMetricsFactory(registry))
                .build());
    GatewayFixture.Address address = gateway.address(server);
    try (Socket socket = new Socket("127.0.0.1", address.port())) {
      read(socket, address, "audit");
      assertEquals(1, registry.get("vertx.http.server.active.ws.connections").gauge().value());
      assertEquals(0, registry.get("vertx.http.server.active.requests").gauge().value());
      assertEquals(1, registry.get("vertx.http.server.requests").counter().count());
    }
    await()
        .atMost(WsClient.TIMEOUT)
        .until(
            () ->
                registry.get("vertx.http.server.active.ws.connections").gauge().value() == 0
                    && registry.get("vertx.http.server.active.connections").gauge().value() == 0);
  }

  /** After the turn in which the last write was made. */
  private double flushes() {
    GatewayFixture.await(gateway.node.statistics());
    return gateway.meters.get("boardcast.gateway.flushes").counter().count();
  }

  private String received(GatewayFixture.Address address, String topic, String... headers)
      throws IOException {
    try (Socket socket = new Socket("127.0.0.1", address.port())) {
      return read(socket, address, topic, headers);
    }
  }

  /** What the first read brings, and what follows until the topic is subscribed to. */
  private static String read(
      Socket socket, GatewayFixture.Address address, String topic, String... headers)
      throws IOException {
    socket.setSoTimeout(20_000);
    String[] all = Stream.concat(Stream.of(TOKEN), Stream.of(headers)).toArray(String[]::new);
    socket
        .getOutputStream()
        .write(RawClient.handshake(address.prefix() + "/ws?topics=" + topic, all));
    var received = new StringBuilder();
    byte[] bytes = new byte[1 << 14];
    while (received.indexOf("\"subscribed\"") < 0) {
      int size = socket.getInputStream().read(bytes);
      if (size < 0) throw new IOException("closed after: " + received);
      received.append(new String(bytes, 0, size, StandardCharsets.ISO_8859_1));
    }
    return received.toString();
  }
}
