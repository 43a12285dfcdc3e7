package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Quiet hours are those of a place, over midnight and over changes of its clock. */
class QuietHoursTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void theyLastOverMidnight() {
    var night = new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 0), BERLIN);
    assertEquals(at("2026-07-02T05:00:00Z"), night.end(Instant.parse("2026-07-01T20:00:00Z")));
    assertEquals(at("2026-07-02T05:00:00Z"), night.end(Instant.parse("2026-07-02T04:59:59Z")));
    assertEquals(Optional.empty(), night.end(Instant.parse("2026-07-02T05:00:00Z")));
    assertEquals(Optional.empty(), night.end(Instant.parse("2026-07-01T19:59:59Z")));
  }

  @Test
  void theyEndAtTheLocalTimeAfterAChangeOfTheClock() {
    var night = new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 0), BERLIN);
    assertEquals(at("2026-03-29T05:00:00Z"), night.end(Instant.parse("2026-03-28T22:00:00Z")));
    assertEquals(at("2026-10-25T06:00:00Z"), night.end(Instant.parse("2026-10-24T22:00:00Z")));
  }

  @Test
  void theyMayBeWithinADay() {
    var noon = new QuietHours(LocalTime.of(12, 0), LocalTime.of(13, 0), BERLIN);
    assertEquals(at("2026-07-01T11:00:00Z"), noon.end(Instant.parse("2026-07-01T10:30:00Z")));
    assertEquals(Optional.empty(), noon.end(Instant.parse("2026-07-01T11:00:00Z")));
  }

  private static Optional<Instant> at(String time) {
    return Optional.of(Instant.parse(time));
  }
}
