package dev.boardcast.metrics.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistoryTierTest {
  private final HistoryTier tier = new HistoryTier(1, Duration.ofSeconds(5), Duration.ofHours(1));

  @Test
  void aStateIsKeptWhenTheNextIsInALaterSlot() {
    assertFalse(tier.keeps(at("12:00:01"), at("12:00:04")));
    assertTrue(tier.keeps(at("12:00:04"), at("12:00:06")));
    assertTrue(tier.keeps(at("12:00:04"), at("15:00:00")));
    assertFalse(tier.keeps(at("12:00:06"), at("12:00:04")));
  }

  @Test
  void aSlotIncludesItsEndAndNotItsBeginning() {
    assertFalse(tier.keeps(at("12:00:01"), at("12:00:05")));
    assertTrue(tier.keeps(at("12:00:05"), at("12:00:06")));
  }

  @Test
  void slotsContinueBefore1970() {
    assertTrue(
        tier.keeps(Instant.parse("1969-12-31T23:59:59Z"), Instant.parse("1970-01-01T00:00:01Z")));
  }

  @Test
  void aPartitionCoversAQuarterOfTheKeptTime() {
    assertEquals(Duration.ofMinutes(15), tier.span());
    assertEquals(at("12:15:00"), tier.partition(at("12:29:59")));
  }

  @Test
  void aTierThatIsNotCoarserThanThePreviousIsRejectedByName() {
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Settings.of(HistoryConfig.class, "history-fine-step=60s"));
    assertEquals(
        "history-medium-step was \"1m\" (the default), expected more than history-fine-step",
        refused.getMessage());
  }

  private static Instant at(String time) {
    return Instant.parse("2026-03-01T" + time + "Z");
  }
}
