package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import io.vertx.core.http.UpgradeRejectedException;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of sessions per user and address, and of new sessions per second. */
@Timeout(60)
class AdmissionLimitsIT {
  private static final String FORWARDED = "X-Forwarded-For";

  private GatewayFixture gateway;

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void sessionsOfOneUserAreLimitedWhateverTheirTransport() {
    open("gateway-max-sessions-per-user=2", "gateway-max-connects-per-second=1000");
    String ann = "?topics=agents&token=" + GatewayFixture.token("ann");
    WsClient first = gateway.connect("/ws" + ann);
    first.next("subscribed");
    gateway.connect("/ws" + ann).next("subscribed");
    WsClient third = gateway.connect("/ws" + ann);
    assertEquals(1013, third.closeCode());
    assertEquals("too many sessions of one user", third.closeReason());
    try (SseClient refused = stream(ann)) {
      assertEquals(503, refused.status());
      assertTrue(Integer.parseInt(refused.header("Retry-After")) > 0);
    }
    String bob = "?topics=agents&token=" + GatewayFixture.token("bob");
    gateway.connect("/ws" + bob).next("subscribed");
    gateway.connect("/ws?topics=agents").next("subscribed");

    // A renewed token counts once, and a closed session no more.
    first.send("{\"type\":\"auth\",\"token\":\"" + GatewayFixture.token("ann") + "\"}");
    first.next("connection_ack");
    first.close();
    Awaitility.await().until(() -> gateway.node.sessions() == 3);
    gateway.connect("/ws" + ann).next("subscribed");
  }

  @Test
  void sessionsOfOneAddressAreLimitedWhateverItsHeadersSay() {
    open(
        "gateway-max-sessions-per-address=2",
        "gateway-max-connects-per-second=1000",
        "trusted-proxies=10.0.0.0/8");
    from(Map.of(FORWARDED, "192.0.2.1")).next("subscribed");
    from(Map.of(FORWARDED, "192.0.2.2")).next("subscribed");
    assertEquals(503, refusal(Map.of(FORWARDED, "192.0.2.3")));
  }

  @Test
  void addressForwardedByATrustedProxyIsCounted() {
    open(
        "gateway-max-sessions-per-address=2",
        "gateway-max-connects-per-second=1000",
        "trusted-proxies=127.0.0.1,10.0.0.0/8");
    var forwarded = Map.of(FORWARDED, "192.0.2.4");
    from(forwarded).next("subscribed");
    from(forwarded).next("subscribed");
    assertEquals(503, refusal(forwarded));
    // Two proxies in a row.
    from(Map.of(FORWARDED, "192.0.2.5, 10.1.2.3")).next("subscribed");
    // Hops before an untrusted address do not count.
    assertEquals(503, refusal(Map.of(FORWARDED, "192.0.2.6, 192.0.2.4, 10.1.2.3")));
  }

  @Test
  void oneClientIsCountedUnderOneKeyHoweverItsProxyWritesIt() {
    open(
        "gateway-max-sessions-per-address=2",
        "gateway-max-connects-per-second=1000",
        "trusted-proxies=127.0.0.1,10.0.0.0/8");
    from(Map.of(FORWARDED, "192.0.2.4:50001")).next("subscribed");
    from(Map.of(FORWARDED, "192.0.2.4:50002")).next("subscribed");
    assertEquals(503, refusal(Map.of(FORWARDED, "\"192.0.2.4:50003\"")));
    // IPv6 by its /64.
    from(Map.of(FORWARDED, "[2001:db8::1]:50001")).next("subscribed");
    from(Map.of(FORWARDED, "2001:db8::ffff")).next("subscribed");
    assertEquals(503, refusal(Map.of(FORWARDED, "[2001:db8:0:0:9::1]")));
    // What is no address counts as the proxy, and nothing before it is believed.
    from(Map.of(FORWARDED, "unknown")).next("subscribed");
    from(Map.of(FORWARDED, "192.0.2.9, _hidden")).next("subscribed");
    assertEquals(503, refusal(Map.of(FORWARDED, "192.0.2.10, unknown")));
  }

  @Test
  void onlyTheConfiguredHeaderIsBelieved() {
    open(
        "gateway-max-sessions-per-address=1",
        "gateway-max-connects-per-second=1000",
        "trusted-proxies=127.0.0.1",
        "trusted-proxies-header=Forwarded");
    from(Map.of("Forwarded", "for=192.0.2.4;proto=https;by=203.0.113.43")).next("subscribed");
    assertEquals(503, refusal(Map.of("Forwarded", "proto=http; For=\"192.0.2.4:4711\"")));
    from(Map.of("Forwarded", "for=unknown, for=\"[2001:db8::1]:4711\"")).next("subscribed");
    from(Map.of(FORWARDED, "192.0.2.5")).next("subscribed");
    assertEquals(503, refusal(Map.of(FORWARDED, "192.0.2.6")));
  }

  @Test
  void connectionsOverTheRateAreRefusedBeforeTheUpgrade() {
    open("gateway-max-connects-per-second=1");
    int refused = 0;
    for (int i = 0; i < 40; i++) {
      try {
        gateway.connect("/ws?topics=agents");
      } catch (IllegalStateException rejected) {
        var why = assertInstanceOf(UpgradeRejectedException.class, rejected.getCause());
        assertEquals(503, why.getStatus());
        assertTrue(Integer.parseInt(why.getHeaders().get("Retry-After")) > 0);
        refused++;
      }
    }
    assertTrue(refused > 0, "no connection was refused");
    assertEquals(40 - refused, gateway.node.sessions());
    Awaitility.await()
        .until(
            () -> {
              try {
                gateway.connect("/ws?topics=agents").next("subscribed");
                return true;
              } catch (IllegalStateException stillTooMany) {
                return false;
              }
            });
  }

  private void open(String... settings) {
    gateway = new GatewayFixture(Settings.of(GatewayConfig.class, settings));
  }

  private WsClient from(Map<String, String> headers) {
    return gateway.connect("/ws?topics=agents", headers, List.of());
  }

  private int refusal(Map<String, String> headers) {
    var refused = assertThrows(IllegalStateException.class, () -> from(headers));
    return assertInstanceOf(UpgradeRejectedException.class, refused.getCause()).getStatus();
  }

  private SseClient stream(String query) {
    String uri = "http://127.0.0.1:" + gateway.port() + "/api/v1/stream" + query;
    return SseClient.open(gateway.vertx, uri, Map.of());
  }
}
