package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeSpanTest {
  @ParameterizedTest
  @CsvSource({
    // from, to, first whole UTC day, end of the last
    "2026-06-02T00:00:00Z, 2026-06-03T00:00:00Z, 2026-06-02T00:00:00Z, 2026-06-03T00:00:00Z",
    "2026-06-01T22:00:00Z, 2026-06-04T22:00:00Z, 2026-06-02T00:00:00Z, 2026-06-04T00:00:00Z",
    "2026-06-01T22:00:00Z, 2026-06-02T22:00:00Z, 2026-06-02T00:00:00Z, 2026-06-02T00:00:00Z",
    "2026-06-02T01:00:00Z, 2026-06-02T22:00:00Z, 2026-06-02T22:00:00Z, 2026-06-02T22:00:00Z",
    "1969-12-30T22:15:00Z, 1970-01-01T00:15:00Z, 1969-12-31T00:00:00Z, 1970-01-01T00:00:00Z",
  })
  void wholeUtcDaysAreWithinAndAtBothEndsQuarters(
      Instant from, Instant to, Instant firstDay, Instant lastDay) {
    assertEquals(new TimeSpan(from, firstDay, lastDay, to), TimeSpan.of(from, to));
  }

  @ParameterizedTest
  @CsvSource({
    // zone, day, its start and end
    "UTC, 2028-02-29, 2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
    "Europe/Berlin, 2026-03-29, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "Europe/Berlin, 2026-10-25, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
    "Australia/Lord_Howe, 2026-04-05, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
    // At midnight the clocks are set forward: that time does not exist.
    "Africa/Cairo, 2026-04-24, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
    // This day was skipped when the zone changed sides of the date line.
    "Pacific/Apia, 2011-12-30, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z",
  })
  void aDayIsAsLongAsItsZoneSays(String zone, LocalDate day, Instant from, Instant to) {
    var span = TimeSpan.of(day, day.plusDays(1), ZoneId.of(zone));
    assertEquals(from, span.from());
    assertEquals(to, span.to());
  }

  @ParameterizedTest
  @CsvSource({
    // zone, now, Monday and first of the month
    "UTC, 2027-01-03T23:59:59.999Z, 2026-12-28T00:00:00Z, 2027-01-01T00:00:00Z",
    "UTC, 2027-01-04T00:00:00Z, 2027-01-04T00:00:00Z, 2027-01-01T00:00:00Z",
    "UTC, 2028-02-29T12:00:00Z, 2028-02-28T00:00:00Z, 2028-02-01T00:00:00Z",
    "Europe/Berlin, 2026-03-29T21:59:59Z, 2026-03-22T23:00:00Z, 2026-02-28T23:00:00Z",
    "Europe/Berlin, 2026-03-29T22:00:00Z, 2026-03-29T22:00:00Z, 2026-02-28T23:00:00Z",
    "Asia/Tokyo, 2026-05-31T15:00:00Z, 2026-05-31T15:00:00Z, 2026-05-31T15:00:00Z",
  })
  void weeksStartOnMondayAndMonthsOnTheFirst(
      String zone, Instant now, Instant monday, Instant first) {
    var periods = CalendarPeriods.at(now, ZoneId.of(zone));
    assertEquals(monday, periods.thisWeek().from());
    assertEquals(first, periods.thisMonth().from());
  }
}
