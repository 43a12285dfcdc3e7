package dev.boardcast.boards.tasks;

import java.time.Duration;
import java.time.Instant;

/**
 * The last 24 hours as the board of tasks counts them: from the quarter of an hour on that contains
 * the time 24 hours ago, so up to 15 minutes more.
 */
final class TaskWindow {
  static final Duration STEP = Duration.ofMinutes(15);
  static final Duration LENGTH = Duration.ofHours(24);

  private TaskWindow() {}

  /** The start of the window at a time. */
  static Instant begin(Instant now) {
    return quarter(now).minus(LENGTH);
  }

  /** When the window next moves. */
  static Instant next(Instant now) {
    return quarter(now).plus(STEP);
  }

  private static Instant quarter(Instant time) {
    long step = STEP.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), step) * step);
  }
}
