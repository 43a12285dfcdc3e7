package dev.boardcast.metrics.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.engine.ComparedWith;
import dev.boardcast.spi.RangeSupport;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparedRangeTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final RangeSupport QUARTERS =
      new RangeSupport(Duration.ofMinutes(15), BERLIN, null);

  @ParameterizedTest
  @CsvSource({
    // range, now, with, what is compared of it, with what; local times in Berlin
    "2026-06-10T00:00, 2026-06-11T00:00, 2026-07-01T00:00, PREVIOUS,"
        + " 2026-06-11T00:00, 2026-06-09T00:00, 2026-06-10T00:00",
    "2026-06-10T00:00, 2026-06-11T00:00, 2026-07-01T00:00, WEEK,"
        + " 2026-06-11T00:00, 2026-06-03T00:00, 2026-06-04T00:00",
    // The day is not over: up to the last full quarter of an hour.
    "2026-06-10T00:00, 2026-06-11T00:00, 2026-06-10T10:20, PREVIOUS,"
        + " 2026-06-10T10:15, 2026-06-09T00:00, 2026-06-09T10:15",
    "2026-06-10T00:00, 2026-06-11T00:00, 2026-06-10T10:20, WEEK,"
        + " 2026-06-10T10:15, 2026-06-03T00:00, 2026-06-03T10:15",
    // Nothing of it is over yet.
    "2026-06-10T00:00, 2026-06-11T00:00, 2026-06-10T00:14, PREVIOUS,"
        + " 2026-06-10T00:00, 2026-06-09T00:00, 2026-06-09T00:00",
    // A month is compared with the month before, whatever its length.
    "2026-03-01T00:00, 2026-04-01T00:00, 2026-05-01T00:00, PREVIOUS,"
        + " 2026-04-01T00:00, 2026-02-01T00:00, 2026-03-01T00:00",
    "2026-03-01T00:00, 2026-04-01T00:00, 2026-03-10T08:00, PREVIOUS,"
        + " 2026-03-10T08:00, 2026-02-01T00:00, 2026-02-10T08:00",
    "2026-01-01T00:00, 2026-04-01T00:00, 2026-05-01T00:00, PREVIOUS,"
        + " 2026-04-01T00:00, 2025-10-01T00:00, 2026-01-01T00:00",
    // The clock goes forward at 2 on 29 March: the days have 23 and 24 hours.
    "2026-03-29T00:00, 2026-03-30T00:00, 2026-05-01T00:00, PREVIOUS,"
        + " 2026-03-30T00:00, 2026-03-28T00:00, 2026-03-29T00:00",
    "2026-03-29T00:00, 2026-03-30T00:00, 2026-03-29T12:00, PREVIOUS,"
        + " 2026-03-29T12:00, 2026-03-28T00:00, 2026-03-28T12:00",
    "2026-03-30T00:00, 2026-03-31T00:00, 2026-03-30T12:00, WEEK,"
        + " 2026-03-30T12:00, 2026-03-23T00:00, 2026-03-23T12:00",
    // And back at 3 on 25 October.
    "2026-10-25T00:00, 2026-10-26T00:00, 2026-10-25T12:00, PREVIOUS,"
        + " 2026-10-25T12:00, 2026-10-24T00:00, 2026-10-24T12:00",
    // Other ranges have a length.
    "2026-06-10T06:00, 2026-06-10T09:00, 2026-07-01T00:00, PREVIOUS,"
        + " 2026-06-10T09:00, 2026-06-10T03:00, 2026-06-10T06:00",
    "2026-06-10T06:00, 2026-06-10T09:00, 2026-06-10T07:31, PREVIOUS,"
        + " 2026-06-10T07:30, 2026-06-10T03:00, 2026-06-10T04:30",
  })
  void theSamePartsAreCompared(
      LocalDateTime from,
      LocalDateTime to,
      LocalDateTime now,
      ComparedWith with,
      LocalDateTime end,
      LocalDateTime formerFrom,
      LocalDateTime formerTo) {
    var compared =
        ComparedRange.of(new RangeQuery(berlin(from), berlin(to)), with, QUARTERS, berlin(now));
    assertEquals(
        new ComparedRange(
            new RangeQuery(berlin(from), berlin(end)),
            new RangeQuery(berlin(formerFrom), berlin(formerTo))),
        compared);
  }

  @ParameterizedTest
  @CsvSource({
    "110, 100, UP, 10.0",
    "90, 100, DOWN, -10.0",
    "100.5, 100, STABLE, 0.5",
    "100.6, 100, UP, 0.6",
    "99.4, 100, DOWN, -0.6",
    "0, 0, STABLE, 0.0",
    "5, 0, UP,",
    "-5, 0, DOWN,",
    "-50, -100, UP, 50.0",
    "1, 3, DOWN, -66.6667",
    ", 3,,",
    "3,,,",
  })
  void aChangeHasADirection(
      BigDecimal now, BigDecimal other, Comparison.Direction direction, BigDecimal change) {
    assertEquals(new Comparison(other, direction, change, null), Comparison.of(now, other));
  }

  @Test
  void anEdgeBefore1970IsOneToo() {
    var range =
        new RangeQuery(
            Instant.parse("1960-01-01T00:00:00Z"), Instant.parse("2100-01-01T00:00:00Z"));
    var compared =
        ComparedRange.of(range, ComparedWith.WEEK, QUARTERS, Instant.parse("2026-01-01T00:07:00Z"));
    assertEquals(Instant.parse("2026-01-01T00:00:00Z"), compared.current().to());
  }

  private static Instant berlin(LocalDateTime time) {
    return time.atZone(BERLIN).toInstant();
  }
}
