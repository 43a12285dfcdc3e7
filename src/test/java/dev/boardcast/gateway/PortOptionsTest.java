package dev.boardcast.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.config.Settings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortOptionsTest {
  /** Above the limit of sessions, which close with a code; a large one must not overflow. */
  @ParameterizedTest
  @CsvSource({
    "1024, 4096",
    "536870911, 2147483644",
    "536870912, 2147483647",
    "2147483647, 2147483647"
  })
  void vertxBoundsFramesAboveTheLimitOfSessions(int maxFrame, int ofVertx) {
    var options =
        GatewayPortVerticle.options(
            Settings.of(GatewayConfig.class, "gateway-max-frame=" + maxFrame));
    assertEquals(ofVertx, options.getMaxWebSocketFrameSize());
    assertEquals(ofVertx, options.getMaxWebSocketMessageSize());
  }
}
