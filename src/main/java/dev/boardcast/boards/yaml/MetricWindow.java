package dev.boardcast.boards.yaml;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.TemporalAmount;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which facts a metric covers, by their time.
 *
 * @param length of minutes or days, 0 for others
 */
record MetricWindow(Kind kind, int length) {
  static final MetricWindow ALL = new MetricWindow(Kind.ALL, 0);

  /** The longest window of minutes: two days. */
  static final int MAX_MINUTES = 2 * 24 * 60;

  static final String EXPECTED =
      "all, today, week, month, minutes or hours such as 15m and 24h up to 48h, or days such as 7d"
          + " up to 400d";

  private static final int MAX_DAYS = 400;
  private static final Pattern ROLLING = Pattern.compile("([1-9][0-9]{0,3})([mhd])");

  /** The kind of a window. */
  enum Kind {
    ALL,
    TODAY,
    WEEK,
    MONTH,
    /** The minute that contains now, and those before it. */
    MINUTES,
    /** The day that contains now, and those before it. */
    DAYS
  }

  /**
   * The times that a window covers.
   *
   * @param from inclusive
   * @param to exclusive
   */
  record TimeSpan(Instant from, Instant to) {}

  /** Reads a window from a file; empty if it is not one. */
  static Optional<MetricWindow> of(String text) {
    switch (text) {
      case "all":
        return Optional.of(ALL);
      case "today":
        return Optional.of(new MetricWindow(Kind.TODAY, 0));
      case "week":
        return Optional.of(new MetricWindow(Kind.WEEK, 0));
      case "month":
        return Optional.of(new MetricWindow(Kind.MONTH, 0));
      default:
        break;
    }
    var match = ROLLING.matcher(text);
    if (!match.matches()) return Optional.empty();
    int number = Integer.parseInt(match.group(1));
    boolean isDays = match.group(2).equals("d");
    int length = match.group(2).equals("h") ? number * 60 : number;
    if (length > (isDays ? MAX_DAYS : MAX_MINUTES)) return Optional.empty();
    return Optional.of(new MetricWindow(isDays ? Kind.DAYS : Kind.MINUTES, length));
  }

  boolean isAll() {
    return kind == Kind.ALL;
  }

  boolean isMinutes() {
    return kind == Kind.MINUTES;
  }

  /** The length of a window of minutes. */
  Duration duration() {
    return Duration.ofMinutes(length);
  }

  /** How long before a value of this window the previous one is, see {@code Board.previous}. */
  TemporalAmount previous() {
    return switch (kind) {
      case ALL, TODAY -> Period.ofDays(1);
      case WEEK -> Period.ofWeeks(1);
      case MONTH -> Period.ofMonths(1);
      case DAYS -> Period.ofDays(length);
      case MINUTES -> duration();
    };
  }

  /** The times covered at a moment; for all but {@link #ALL}. */
  TimeSpan at(Instant now, ZoneId zone) {
    LocalDate day = LocalDate.ofInstant(now, zone);
    return switch (kind) {
      case TODAY -> days(day, day.plusDays(1), zone);
      case WEEK -> {
        LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        yield days(monday, monday.plusWeeks(1), zone);
      }
      case MONTH -> {
        LocalDate first = day.withDayOfMonth(1);
        yield days(first, first.plusMonths(1), zone);
      }
      case DAYS -> days(day.minusDays(length - 1L), day.plusDays(1), zone);
      case MINUTES -> {
        Instant end = now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        yield new TimeSpan(end.minus(duration()), end);
      }
      case ALL -> throw new IllegalStateException("a window without bounds");
    };
  }

  private static TimeSpan days(LocalDate from, LocalDate to, ZoneId zone) {
    return new TimeSpan(from.atStartOfDay(zone).toInstant(), to.atStartOfDay(zone).toInstant());
  }
}
