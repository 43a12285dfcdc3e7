package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.boardcast.testing.WsClient;
import dev.boardcast.web.audit.RequestId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A hub works for all sessions of its event loop, not for the request that was the first. */
class HubContextIT {
  @Test
  void whatAHubReadsIsForNoRequest() {
    try (var gateway = new GatewayFixture(GatewayFixture.CONFIG)) {
      // Hubs of this port are made by the first requests.
      String uri = gateway.address(GatewayFixture.Server.HTTP).ws("/ws?topics=news");
      gateway.history.askers.clear();
      try (WsClient client =
          WsClient.connect(gateway.vertx, uri, Map.of(RequestId.HEADER, "the-first"), List.of())) {
        client.next("subscribed");
        assertFalse(gateway.history.askers.isEmpty());
        assertEquals(Set.of("none"), Set.copyOf(gateway.history.askers));
      }
    }
  }
}
