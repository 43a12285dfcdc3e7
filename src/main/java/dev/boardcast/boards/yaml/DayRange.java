package dev.boardcast.boards.yaml;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/**
 * A range of time, and the whole days of a zone in it, whose sums are stored too. Without a whole
 * day, {@code firstDay} and {@code lastDay} are equal to {@code to}.
 *
 * @param from inclusive, a full quarter of an hour
 * @param firstDay the start of the first whole day
 * @param lastDay the end of the last whole day
 * @param to exclusive, a full quarter of an hour
 */
record DayRange(Instant from, Instant firstDay, Instant lastDay, Instant to) {
  static DayRange of(Instant from, Instant to, ZoneId zone) {
    Instant start = from.isBefore(BoardZone.FIRST_DAY) ? BoardZone.FIRST_DAY : from;
    LocalDate day = LocalDate.ofInstant(start, zone);
    Instant firstDay = day.atStartOfDay(zone).toInstant();
    if (firstDay.isBefore(start)) firstDay = day.plusDays(1).atStartOfDay(zone).toInstant();
    Instant lastDay = LocalDate.ofInstant(to, zone).atStartOfDay(zone).toInstant();
    return firstDay.isBefore(lastDay)
        ? new DayRange(from, firstDay, lastDay, to)
        : new DayRange(from, to, to, to);
  }

  List<Instant> times() {
    return List.of(from, firstDay, lastDay, to);
  }
}
