package dev.boardcast.boards.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineConfigTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pipeline-stale-after | 0s | a duration such as 250ms, 5s or 1m, at least 1s",
        "pipeline-lost-after | 25h | at least pipeline-stale-after",
        "pipeline-forget-after | 49h | at least pipeline-lost-after",
        "pipeline-forget-after | 24h | a duration such as 250ms, 5s or 1m, at least 25h",
        "pipeline-failing-runs | 0 | a whole number of runs, 1 to 1000",
        "pipeline-healthy-percent | 101 | a whole number of percent, 0 to 100",
        "pipeline-warning-percent | 91 | at most pipeline-healthy-percent",
        "pipeline-anomaly-deviations | 0 | a whole number of deviations, 1 to 100",
        "pipeline-anomaly-hours | 1 | a whole number of hours, 2 to 168",
      })
  void aBadValueIsNamed(String key, String value, String expected) {
    var refused =
        assertThrows(
            InvalidSettingException.class,
            () -> Settings.of(PipelineConfig.class, key + "=" + value));
    assertEquals(
        "%s was \"%s\" (given), expected %s".formatted(key, value, expected), refused.getMessage());
  }
}
