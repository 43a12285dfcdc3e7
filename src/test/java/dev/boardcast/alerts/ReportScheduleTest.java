package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.WholePeriod;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportScheduleTest {
  private static ReportSchedule schedule(List<String> on, WholePeriod period) {
    return new ReportSchedule(
        "r", "sales", null, null, on, "02:30", "Europe/Berlin", period, null, List.of("mail"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A Monday in winter.
        "monday | 2026-01-04T00:00:00Z | 2026-01-05T01:30:00Z",
        "monday | 2026-01-05T01:29:59Z | 2026-01-05T01:30:00Z",
        "monday | 2026-01-05T01:30:00Z | 2026-01-12T01:30:00Z",
        "tuesday sunday | 2026-01-05T01:30:00Z | 2026-01-06T01:30:00Z",
        // 02:30 is missing on the 29th of March, and there twice on the 25th of October.
        "sunday | 2026-03-28T00:00:00Z | 2026-03-29T01:30:00Z",
        "sunday | 2026-10-24T00:00:00Z | 2026-10-25T00:30:00Z",
        "sunday | 2026-10-25T00:30:00Z | 2026-11-01T01:30:00Z",
        " | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z",
      })
  void itIsDueAtATimeOfDayOfItsZoneOnceADay(String on, Instant now, Instant next) {
    List<String> days = on == null ? null : Arrays.asList(on.split(" "));
    assertEquals(next, schedule(days, WholePeriod.DAY).next(now));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DAY | 2026-03-30T06:00:00Z | 2026-03-28T23:00:00Z | 2026-03-29T22:00:00Z",
        "WEEK | 2026-03-30T06:00:00Z | 2026-03-22T23:00:00Z | 2026-03-29T22:00:00Z",
        "WEEK | 2026-04-05T06:00:00Z | 2026-03-22T23:00:00Z | 2026-03-29T22:00:00Z",
        "MONTH | 2026-04-01T06:00:00Z | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z",
      })
  void itIsOfTheLastWholePeriod(WholePeriod period, Instant due, Instant from, Instant to) {
    assertEquals(
        new WholePeriod.Span(from, to),
        schedule(null, period).before(due, ZoneId.of("Europe/Berlin")));
  }
}
