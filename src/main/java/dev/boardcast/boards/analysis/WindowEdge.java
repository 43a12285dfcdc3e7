package dev.boardcast.boards.analysis;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * A moment at which a span of time begins, moved back to its quarter hour, and how the buckets of
 * the rollups make up all that follows: quarters up to the next full hour, hours up to the next day
 * (of UTC), then days. A span that ends is this from its start less this from its end.
 */
record WindowEdge(Instant quarter, Instant hour, Instant day) {
  static final Duration STEP = Duration.ofMinutes(15);
  private static final long QUARTER = STEP.toSeconds();
  private static final long HOUR = 3600;
  private static final long DAY = 24 * HOUR;

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

  /** Its three times as three more parameters. */
  Tuple addTo(Tuple parameters) {
    return parameters
        .addOffsetDateTime(utc(quarter))
        .addOffsetDateTime(utc(hour))
        .addOffsetDateTime(utc(day));
  }

  /** Parameters for no edge: a span without an end. */
  static Tuple addNoneTo(Tuple parameters) {
    return parameters.addOffsetDateTime(null).addOffsetDateTime(null).addOffsetDateTime(null);
  }

  static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
