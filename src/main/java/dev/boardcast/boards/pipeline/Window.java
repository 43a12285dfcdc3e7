package dev.boardcast.boards.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The last 24 hours, by slots of five minutes: what happened in the slot that holds the moment 24
 * hours ago, or later. A fact counts for at least 24 hours, at most five minutes more; one whose
 * time is ahead of the clock counts at once.
 *
 * @param begins of the first slot
 * @param hours begin of the first whole hour; slots before it, hours from it on make the window
 */
record Window(Instant begins, Instant hours) {
  static final Duration LENGTH = Duration.ofHours(24);
  private static final long SLOT_SECONDS = 300;

  static Window at(Instant now) {
    Instant begins = slot(now).minus(LENGTH);
    Instant hour = begins.truncatedTo(ChronoUnit.HOURS);
    return new Window(begins, hour.equals(begins) ? hour : hour.plus(1, ChronoUnit.HOURS));
  }

  /** When it next moves on. */
  static Instant next(Instant now) {
    return slot(now).plusSeconds(SLOT_SECONDS);
  }

  private static Instant slot(Instant time) {
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), SLOT_SECONDS) * SLOT_SECONDS);
  }
}
