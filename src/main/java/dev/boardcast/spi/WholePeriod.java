package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/** A day, a week from Monday on, or a month of a calendar. */
public enum WholePeriod {
  @JsonProperty("day")
  DAY,
  @JsonProperty("week")
  WEEK,
  @JsonProperty("month")
  MONTH;

  /** What is expected of a field. */
  public static final String TEXT = "day, week or month";

  /** From the first moment of a period to the first after it. */
  public record Span(Instant from, Instant to) {}

  /** The last whole period that ends at or before a time. */
  public Span before(Instant time, ZoneId zone) {
    LocalDate today = LocalDate.ofInstant(time, zone);
    LocalDate to =
        switch (this) {
          case DAY -> today;
          case WEEK -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
          case MONTH -> today.withDayOfMonth(1);
        };
    LocalDate from =
        switch (this) {
          case DAY -> to.minusDays(1);
          case WEEK -> to.minusWeeks(1);
          case MONTH -> to.minusMonths(1);
        };
    return new Span(from.atStartOfDay(zone).toInstant(), to.atStartOfDay(zone).toInstant());
  }
}
