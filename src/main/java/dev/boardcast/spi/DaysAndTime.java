package dev.boardcast.spi;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * When something is done regularly: at a time of day, each day or on some days of the week.
 * Immutable.
 *
 * @param on days of the week in lower case; null for each day
 * @param at a time of day that matches {@link #TIME}
 * @param zone null for UTC
 */
public record DaysAndTime(List<String> on, String at, String zone) {
  /** The form of a time of day. */
  public static final String TIME = "([01][0-9]|2[0-3]):[0-5][0-9]";

  public static final String TIME_TEXT = "a time of day such as 22:00";
  public static final String ZONE_TEXT = "a time zone such as Europe/Berlin";
  public static final String ON_TEXT = "different days of the week, such as monday";

  /**
   * Checks what the annotations of a body cannot: the fields {@code on} and {@code zone}.
   *
   * @throws Problem 400 naming the field that does not fit
   */
  public void check() {
    if (on != null) {
      for (String day : on) day(day);
      if (new HashSet<>(on).size() < on.size()) throw Problem.invalid("on", ON_TEXT);
    }
    try {
      zoneId();
    } catch (DateTimeException unknown) {
      throw Problem.invalid("zone", ZONE_TEXT);
    }
  }

  /** The zone in which the days begin. */
  public ZoneId zoneId() {
    return ZoneId.of(zone == null ? "UTC" : zone);
  }

  /**
   * The next time after {@code now}; one that a change of the clock leaves out is an hour later.
   */
  public Instant next(Instant now) {
    LocalTime time = LocalTime.parse(at);
    LocalDate date = LocalDate.ofInstant(now, zoneId());
    while (true) {
      DayOfWeek today = date.getDayOfWeek();
      boolean isDay = on == null || on.stream().anyMatch(text -> day(text) == today);
      Instant then = date.atTime(time).atZone(zoneId()).toInstant();
      if (isDay && then.isAfter(now)) return then;
      date = date.plusDays(1);
    }
  }

  private static DayOfWeek day(String text) {
    for (DayOfWeek each : DayOfWeek.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) return each;
    }
    throw Problem.invalid("on", ON_TEXT);
  }
}
