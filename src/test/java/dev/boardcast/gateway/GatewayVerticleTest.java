package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GatewayVerticleTest {
  @Test
  void aGatewayThatDoesNotListenYetHasNoPort() {
    // A node tells others of itself each second, also while it starts.
    assertEquals(0, new GatewayVerticle(null).port());
  }
}
