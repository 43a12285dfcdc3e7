package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformConfigTest {
  @Test
  void everyZoneOfTheJdkIsAccepted() {
    for (String zone : ZoneId.getAvailableZoneIds()) {
      assertEquals(zone, new PlatformConfig(ZoneId.of(zone), "EUR").zone().getId());
    }
  }

  @Test
  void aZoneWhoseDaysDoNotBeginOnAQuarterIsRejected() {
    var odd = ZoneId.of("+01:07");
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> new PlatformConfig(odd, "EUR"));
    assertTrue(refusal.getMessage().startsWith("platform-zone "), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "eur", "EURO", "€"})
  void aCurrencyIsThreeCapitalLetters(String currency) {
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Settings.of(PlatformConfig.class, "platform-currency=" + currency));
    assertTrue(refusal.getMessage().startsWith("platform-currency "), refusal.getMessage());
  }

  @Test
  void utcHasItsNameInResponses() {
    assertEquals("UTC", new PlatformConfig(ZoneOffset.UTC, "USD").zoneName());
    assertEquals("Europe/Paris", new PlatformConfig(ZoneId.of("Europe/Paris"), "USD").zoneName());
  }
}
