package dev.boardcast.boards.platform;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * Days of a zone that a client asks for.
 *
 * @param to exclusive
 */
record BehaviorRange(LocalDate from, LocalDate to) {
  private static final String DAY = "a day such as 2026-01-31";
  private static final LocalDate FIRST = LocalDate.of(1900, 1, 1);
  private static final LocalDate LAST = LocalDate.of(2200, 1, 1);

  /**
   * Reads {@code from} and {@code to}.
   *
   * @param today the day after which a range ends that has no end
   * @param most the greatest number of days, also of a range without a start
   * @throws Problem 400 naming the wrong parameter
   */
  static BehaviorRange of(QueryParameters query, LocalDate today, int most) {
    LocalDate to = query.text("to").map(text -> day("to", text)).orElse(today.plusDays(1));
    LocalDate from = query.text("from").map(text -> day("from", text)).orElse(to.minusDays(most));
    if (!from.isBefore(to)) throw Problem.invalid("from", "a day before to");
    if (ChronoUnit.DAYS.between(from, to) > most) {
      throw Problem.invalid("from", "a day at most " + most + " days before to");
    }
    return new BehaviorRange(from, to);
  }

  OffsetDateTime starts(ZoneId zone) {
    return from.atStartOfDay(zone).toOffsetDateTime();
  }

  OffsetDateTime ends(ZoneId zone) {
    return to.atStartOfDay(zone).toOffsetDateTime();
  }

  private static LocalDate day(String name, String text) {
    try {
      LocalDate day = LocalDate.parse(text);
      if (!day.isBefore(FIRST) && !day.isAfter(LAST)) return day;
    } catch (DateTimeException notADay) {
      // Rejected like a day that is out of range.
    }
    throw Problem.invalid(name, DAY);
  }
}
