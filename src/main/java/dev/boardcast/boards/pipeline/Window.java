package dev.boardcast.boards.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The last 24 hours in slots of five minutes, from the slot that contains the time 24 hours ago on.
 * A fact counts for 24 hours and up to five minutes more, and one ahead of the clock from the start
 * of its five minutes on.
 *
 * @param begins the start of the first slot
 * @param hours the start of the first full hour; the window is slots before it and hours after it
 */
record Window(Instant begins, Instant hours) {
  static final Duration LENGTH = Duration.ofHours(24);
  private static final long SLOT_SECONDS = 300;

  /** The window at a time. */
  static Window at(Instant now) {
    Instant begins = slot(now).minus(LENGTH);
    Instant hour = begins.truncatedTo(ChronoUnit.HOURS);
    return new Window(begins, hour.equals(begins) ? hour : hour.plus(1, ChronoUnit.HOURS));
  }

  /** When the window next moves. */
  static Instant next(Instant now) {
    return slot(now).plusSeconds(SLOT_SECONDS);
  }

  private static Instant slot(Instant time) {
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), SLOT_SECONDS) * SLOT_SECONDS);
  }
}
