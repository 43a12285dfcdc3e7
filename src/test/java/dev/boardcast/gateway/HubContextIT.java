package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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
      gateway.connect("/ws?topics=news", Map.of(RequestId.HEADER, "the-first"), List.of());
      gateway.catchUpWithLog("news");
      assertFalse(gateway.history.askers.isEmpty());
      assertEquals(Set.of("none"), Set.copyOf(gateway.history.askers));
    }
  }
}
