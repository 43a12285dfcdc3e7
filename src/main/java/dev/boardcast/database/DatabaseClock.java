package dev.boardcast.database;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/**
 * Tells the time by the clock of the database, so that nodes whose clocks differ can compare times.
 * It is too late by the shortest way of a heartbeat to the database, which hardly differs from node
 * to node. Thread safe.
 */
public final class DatabaseClock {
  // Half a minute of heartbeats: longer than most pauses, shorter than a clock takes to drift.
  private static final int KEPT = 32;

  private final long[] offsets = new long[KEPT];
  private int count;
  private volatile long offset;
  private volatile boolean isKnown;

  /**
   * A heartbeat has read the clock of the database.
   *
   * @param sentMicros when its statement was sent, by the clock of this node
   * @param readMicros when the database began with it, by its own clock
   */
  synchronized void read(long sentMicros, long readMicros) {
    offsets[count++ % KEPT] = readMicros - sentMicros;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < Math.min(count, KEPT); i++) least = Math.min(least, offsets[i]);
    offset = least;
    isKnown = true;
  }

  /** Microseconds since 1970 by the clock of the database; empty before its first answer. */
  public OptionalLong micros() {
    return isKnown ? OptionalLong.of(now() + offset) : OptionalLong.empty();
  }

  /** By how many seconds the clock of the database is ahead of this node's; 0 if not known. */
  public double aheadSeconds() {
    return isKnown ? offset / 1e6 : 0;
  }

  /** Microseconds since 1970 by the clock of this node. */
  static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
