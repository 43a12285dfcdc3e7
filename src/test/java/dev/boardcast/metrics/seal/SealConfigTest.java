package dev.boardcast.metrics.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.spi.InvalidSettingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealConfigTest {
  @Test
  void anAgeOfOneBoardOverridesThatOfAll() {
    var config = new SealConfig(List.of("90d", "routing=30d", "platform=never"));
    assertEquals(Optional.of(Duration.ofDays(30)), config.of("routing"));
    assertEquals(Optional.of(Duration.ofDays(90)), config.of("analysis"));
    assertEquals(Optional.empty(), config.of("platform"));
    assertEquals(Optional.empty(), new SealConfig(List.of()).of("routing"));
  }

  @Test
  void anAgeThatBoardsNeedIsRefused() {
    var refused =
        assertThrows(
            InvalidSettingException.class, () -> new SealConfig(List.of("90d", "routing=13d")));
    assertEquals(true, refused.getMessage().contains("facts-keep"), refused.getMessage());
  }
}
