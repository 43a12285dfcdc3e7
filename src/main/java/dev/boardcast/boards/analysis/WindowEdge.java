package dev.boardcast.boards.analysis;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * The start of a time range, rounded down to a quarter of an hour, and the buckets that cover all
 * time from there on: quarters up to the next full hour, hours up to the next day (UTC), then days.
 * A range with an end is what follows its start minus what follows its end.
 */
record WindowEdge(Instant quarter, Instant hour, Instant day) {
  static final Duration STEP = Duration.ofMinutes(15);
  private static final long QUARTER = STEP.toSeconds();
  private static final long HOUR = 3600;
  private static final long SIX_HOURS = 6 * HOUR;
  private static final long DAY = 24 * HOUR;

  /** The edge of the range that starts at a time. */
  static WindowEdge of(Instant moment) {
    long quarter = down(moment.getEpochSecond(), QUARTER);
    long hour = -down(-quarter, HOUR);
    long day = -down(-hour, DAY);
    return new WindowEdge(
        Instant.ofEpochSecond(quarter), Instant.ofEpochSecond(hour), Instant.ofEpochSecond(day));
  }

  private static long down(long seconds, long step) {
    return Math.floorDiv(seconds, step) * step;
  }

  /** The first bucket of six hours from {@link #hour} on, for a range with such buckets too. */
  Instant sixHours() {
    return Instant.ofEpochSecond(-down(-hour.getEpochSecond(), SIX_HOURS));
  }

  /** Adds the three times to the parameters of a query. */
  Tuple addTo(Tuple parameters) {
    return parameters
        .addOffsetDateTime(utc(quarter))
        .addOffsetDateTime(utc(hour))
        .addOffsetDateTime(utc(day));
  }

  /** Adds three nulls to the parameters of a query: a range without an end. */
  static Tuple addNoneTo(Tuple parameters) {
    return parameters.addOffsetDateTime(null).addOffsetDateTime(null).addOffsetDateTime(null);
  }

  static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
