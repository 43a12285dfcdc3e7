package dev.boardcast.boards.platform;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;

/** The day, ISO week and month that contain a time, in the configured zone. */
record CalendarPeriods(TimeSpan today, TimeSpan thisWeek, TimeSpan thisMonth) {
  static CalendarPeriods at(Instant now, ZoneId zone) {
    LocalDate day = LocalDate.ofInstant(now, zone);
    LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    LocalDate first = day.withDayOfMonth(1);
    return new CalendarPeriods(
        TimeSpan.of(day, day.plusDays(1), zone),
        TimeSpan.of(monday, monday.plusWeeks(1), zone),
        TimeSpan.of(first, first.plusMonths(1), zone));
  }

  List<TimeSpan> all() {
    return List.of(today, thisWeek, thisMonth);
  }
}
