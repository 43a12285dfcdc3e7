package dev.boardcast.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.LimitsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
