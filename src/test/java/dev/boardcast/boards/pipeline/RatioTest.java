package dev.boardcast.boards.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.boardcast.config.Settings;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatioTest {
  @ParameterizedTest
  @CsvSource({
    "103, 800, 12.875, ERROR",
    "257, 264, 97.3485, HEALTHY",
    "17, 24, 70.8333, ERROR",
    "0, 5, 0, ERROR",
    "5, 5, 100, HEALTHY",
    "9, 10, 90, HEALTHY",
    "3, 4, 75, WARNING",
    "8999999, 10000000, 90, WARNING",
    "7499999, 10000000, 75, ERROR",
    "8999999999999999999, 9000000000000000000, 100, HEALTHY"
  })
  void percentIsRoundedAndStatusIsNot(long part, long whole, String percent, HealthStatus status) {
    var rate = new Ratio(part, whole);
    assertEquals(percent, rate.percent().toPlainString());
    assertEquals(status, rate.status(Settings.defaults(PipelineConfig.class)));
  }

  @Test
  void ofZeroThereIsNoRate() {
    assertNull(new Ratio(0, 0).percent());
    assertEquals(
        HealthStatus.PENDING, new Ratio(0, 0).status(Settings.defaults(PipelineConfig.class)));
  }

  @Test
  void theMostUrgentKnownStatusCounts() {
    assertEquals(HealthStatus.PENDING, HealthStatus.worst(Stream.of()));
    assertEquals(
        HealthStatus.HEALTHY,
        HealthStatus.worst(Stream.of(HealthStatus.PENDING, HealthStatus.HEALTHY)));
    assertEquals(
        HealthStatus.ERROR,
        HealthStatus.worst(
            Stream.of(
                HealthStatus.WARNING,
                HealthStatus.ERROR,
                HealthStatus.HEALTHY,
                HealthStatus.PENDING)));
  }
}
