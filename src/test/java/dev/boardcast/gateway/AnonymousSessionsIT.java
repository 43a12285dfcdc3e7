package dev.boardcast.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.web.ClientAddressResolver;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.LimitsConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions without a token are bounded, and leave places to those with one. */
@Timeout(60)
class AnonymousSessionsIT {
  private final List<RawClient> clients = new ArrayList<>();
  private GatewayFixture gateway;

  @AfterEach
  void close() throws Exception {
    for (RawClient each : clients) each.close();
    gateway.close();
  }

  @Test
  void clientsThatNeverAuthenticateLeavePlacesToOthers() throws Exception {
    open("gateway-max-anonymous-sessions-per-address=3", "gateway-auth-wait=1s");
    RawClient first = connect("/api/ws");
    connect("/api/ws");
    connect("/ws?topics=agents");
    RawClient refused = connect("/ws?topics=agents");
    assertTrue(refused.response().startsWith("HTTP/1.1 503 "), refused.response());
    assertTrue(
        refused.response().toLowerCase(Locale.ROOT).contains("retry-after: "), refused.response());
    assertEquals(1, refusals("anonymous_full"));

    // A token makes a session one of its user.
    String token = GatewayFixture.token("ann");
    first.send(
        RawClient.frame(0x81, ("{\"type\":\"auth\",\"token\":\"" + token + "\"}").getBytes(UTF_8)));
    first.next();
    assertTrue(connect("/ws?topics=agents").response().startsWith("HTTP/1.1 101 "));

    // A session without one in time is closed.
    assertEquals("close:4401", clients.get(1).next());
    clients.get(1).close();
    Awaitility.await()
        .until(() -> connect("/ws?topics=agents").response().startsWith("HTTP/1.1 101 "));
  }

  @Test
  void sessionsWithATokenAreNotCountedAsAnonymous() throws Exception {
    open("gateway-max-anonymous-sessions-per-address=1", "gateway-max-sessions-per-user=0");
    for (int i = 0; i < 20; i++) {
      RawClient client = connect("/ws?topics=agents&token=" + GatewayFixture.token("ann"));
      assertTrue(client.response().startsWith("HTTP/1.1 101 "), "session " + i);
      assertTrue(client.next().contains("connection_ack"));
    }
  }

  @Test
  void manyInvalidTokensAreAnsweredWith4429() throws Exception {
    gateway =
        new GatewayFixture(
            GatewayConfig.DEFAULTS,
            ClientLimits.of(Settings.of(LimitsConfig.class, "max-authentication-failures=2")));
    for (int i = 0; i < 2; i++) {
      assertEquals("close:4401", connect("/ws?topics=agents&token=bad").next());
    }
    assertEquals("close:4429", connect("/ws?topics=agents&token=bad").next());
    RawClient ann = connect("/ws?topics=agents&token=" + GatewayFixture.token("ann"));
    assertTrue(ann.next().contains("connection_ack"));
  }

  @Test
  void connectionsOfRefusedStreamsStayCounted() throws Exception {
    var registry = new SimpleMeterRegistry();
    gateway =
        new GatewayFixture(
            GatewayConfig.DEFAULTS,
            new ClientLimits(
                Settings.of(LimitsConfig.class, "max-authentication-failures=1"),
                new ClientAddressResolver(List.of()),
                Optional.of(registry)));
    var counted = registry.get("boardcast.anonymous.connections").gauge();
    try (var refused = new Socket("127.0.0.1", gateway.port());
        var accepted = new Socket("127.0.0.1", gateway.port())) {
      assertTrue(stream(refused, "tasks", "").startsWith("HTTP/1.1 401 "));
      assertTrue(stream(refused, "tasks", "&token=bad").startsWith("HTTP/1.1 401 "));
      String tooMany = stream(refused, "tasks", "&token=bad");
      assertTrue(tooMany.startsWith("HTTP/1.1 429 "), tooMany);
      assertTrue(
          tooMany.contains("RateLimit-Policy: \"max-authentication-failures\";q=1;w=60"), tooMany);
      assertEquals(2, counted.value());
      String token = "&token=" + GatewayFixture.token("ann");
      assertTrue(stream(accepted, "tasks", token).startsWith("HTTP/1.1 200 "));
      assertEquals(1, counted.value());
    }
  }

  /** Asks for a stream on a connection; returns the first bytes of the answer. */
  private static String stream(Socket socket, String topics, String more) throws Exception {
    socket.setSoTimeout(10_000);
    String head = "GET /api/v1/stream?topics=%s%s HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(head.formatted(topics, more).getBytes(UTF_8));
    var bytes = new byte[8192];
    int count = socket.getInputStream().read(bytes);
    return new String(bytes, 0, Math.max(0, count), UTF_8);
  }

  private void open(String... settings) {
    gateway = new GatewayFixture(Settings.of(GatewayConfig.class, settings));
  }

  private RawClient connect(String path) throws Exception {
    var client = new RawClient(gateway.port(), path);
    clients.add(client);
    return client;
  }

  private double refusals(String reason) {
    return gateway.meters.get("boardcast.gateway.refusals").tag("reason", reason).counter().count();
  }
}
