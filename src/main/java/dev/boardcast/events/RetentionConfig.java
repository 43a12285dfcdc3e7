package dev.boardcast.events;

import java.time.Duration;

/**
 * How long the event log is kept. Whichever bound is reached first drops its oldest part, so a
 * little more than the bounds is there at times.
 *
 * @param keep events that are older go; default 30 days, at least 1 s
 * @param maxBytes most bytes of the log with its indexes; default 8 GiB, at least 1 MiB
 * @param firstPart how many events the first part of a shard that is made holds; later ones grow
 *     and shrink with the traffic; default 100000
 */
public record RetentionConfig(Duration keep, long maxBytes, long firstPart) {
  public static final RetentionConfig DEFAULTS =
      new RetentionConfig(Duration.ofDays(30), 8L << 30, 100_000);

  public RetentionConfig {
    if (keep.toMillis() < 1000) {
      throw new IllegalArgumentException("events-keep must be at least 1s, was " + keep);
    }
    if (maxBytes < 1 << 20) {
      throw new IllegalArgumentException("events-max-mib must be at least 1, was " + maxBytes);
    }
    if (firstPart < 1) {
      throw new IllegalArgumentException("firstPart must be at least 1, was " + firstPart);
    }
  }
}
