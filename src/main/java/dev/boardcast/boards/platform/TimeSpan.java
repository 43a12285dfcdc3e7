package dev.boardcast.boards.platform;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/**
 * A time span, and the whole UTC days in it, whose sums are stored too. Without a whole day, {@code
 * firstDay} and {@code lastDay} are equal.
 *
 * @param from a full quarter of an hour
 * @param firstDay the start of the first whole day
 * @param lastDay the end of the last whole day
 * @param to a full quarter of an hour, exclusive
 */
record TimeSpan(Instant from, Instant firstDay, Instant lastDay, Instant to) {
  private static final Duration DAY = Duration.ofDays(1);

  static TimeSpan of(Instant from, Instant to) {
    Instant lastDay = midnightBefore(to);
    Instant firstDay = midnightBefore(from);
    if (firstDay.isBefore(from)) firstDay = firstDay.plus(DAY);
    return firstDay.isAfter(lastDay)
        ? new TimeSpan(from, to, to, to)
        : new TimeSpan(from, firstDay, lastDay, to);
  }

  /** The span from the start of one day to the start of another. */
  static TimeSpan of(LocalDate from, LocalDate to, ZoneId zone) {
    return of(from.atStartOfDay(zone).toInstant(), to.atStartOfDay(zone).toInstant());
  }

  /** The four columns of some spans, as arrays of times. */
  static Tuple bind(List<TimeSpan> spans) {
    return Tuple.tuple()
        .addArrayOfOffsetDateTime(times(spans, TimeSpan::from))
        .addArrayOfOffsetDateTime(times(spans, TimeSpan::firstDay))
        .addArrayOfOffsetDateTime(times(spans, TimeSpan::lastDay))
        .addArrayOfOffsetDateTime(times(spans, TimeSpan::to));
  }

  private static OffsetDateTime[] times(List<TimeSpan> spans, Function<TimeSpan, Instant> time) {
    return spans.stream()
        .map(span -> time.apply(span).atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }

  private static Instant midnightBefore(Instant time) {
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), 86_400L) * 86_400L);
  }
}
