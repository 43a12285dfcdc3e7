package dev.boardcast.alerts;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * A time of each day in which messages wait. Immutable.
 *
 * @param to the next day where it is before {@code from}
 */
record QuietHours(LocalTime from, LocalTime to, ZoneId zone) {

  /** When they end; empty if a moment is not in them. */
  Optional<Instant> end(Instant now) {
    LocalDate today = now.atZone(zone).toLocalDate();
    boolean isOverMidnight = to.isBefore(from);
    for (LocalDate day : new LocalDate[] {today.minusDays(1), today}) {
      Instant start = ZonedDateTime.of(day, from, zone).toInstant();
      Instant end = ZonedDateTime.of(isOverMidnight ? day.plusDays(1) : day, to, zone).toInstant();
      if (!now.isBefore(start) && now.isBefore(end)) return Optional.of(end);
    }
    return Optional.empty();
  }
}
