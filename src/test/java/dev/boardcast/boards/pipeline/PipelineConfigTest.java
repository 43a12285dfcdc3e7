package dev.boardcast.boards.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineConfigTest {
  @ParameterizedTest
  @CsvSource({
    "0, 50, 720, 3, 90, 75, 3, 24, 'pipeline-stale-after must be at least 1s, was PT0S'",
    "26, 25, 720, 3, 90, 75, 3, 24,"
        + "'pipeline-lost-after must be at least pipeline-stale-after, was PT25H'",
    "26, 50, 49, 3, 90, 75, 3, 24,"
        + "'pipeline-forget-after must be at least 25h and pipeline-lost-after, was PT49H'",
    "1, 2, 24, 3, 90, 75, 3, 24,"
        + "'pipeline-forget-after must be at least 25h and pipeline-lost-after, was PT24H'",
    "26, 50, 720, 0, 90, 75, 3, 24, 'pipeline-failing-runs must be 1 to 1000, was 0'",
    "26, 50, 720, 3, 101, 75, 3, 24, 'pipeline-healthy-percent must be 0 to 100, was 101'",
    "26, 50, 720, 3, 90, 91, 3, 24, 'pipeline-warning-percent must be 0 to 90, was 91'",
    "26, 50, 720, 3, 90, 75, 0, 24, 'pipeline-anomaly-deviations must be 1 to 100, was 0'",
    "26, 50, 720, 3, 90, 75, 3, 1, 'pipeline-anomaly-hours must be 2 to 168, was 1'"
  })
  void aBadValueIsNamed(
      int stale,
      int lost,
      int forget,
      int failing,
      int healthy,
      int warning,
      int far,
      int hours,
      String message) {
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new PipelineConfig(
                    Duration.ofHours(stale),
                    Duration.ofHours(lost),
                    Duration.ofHours(forget),
                    failing,
                    healthy,
                    warning,
                    far,
                    hours));
    assertEquals(message, refusal.getMessage());
  }
}
