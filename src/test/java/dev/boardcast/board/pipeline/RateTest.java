package dev.boardcast.board.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateTest {
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
  void percentIsRoundedAndStatusIsNot(long part, long whole, String percent, Status status) {
    var rate = new Rate(part, whole);
    assertEquals(percent, rate.percent().toPlainString());
    assertEquals(status, rate.status(PipelineConfig.DEFAULTS));
  }

  @Test
  void ofNothingThereIsNoRate() {
    assertNull(new Rate(0, 0).percent());
    assertEquals(Status.PENDING, new Rate(0, 0).status(PipelineConfig.DEFAULTS));
  }

  @Test
  void theWorstOfWhatIsKnownCounts() {
    assertEquals(Status.PENDING, Status.worst(Stream.of()));
    assertEquals(Status.HEALTHY, Status.worst(Stream.of(Status.PENDING, Status.HEALTHY)));
    assertEquals(
        Status.ERROR,
        Status.worst(Stream.of(Status.WARNING, Status.ERROR, Status.HEALTHY, Status.PENDING)));
  }
}
