package dev.boardcast.server.embedded;

import java.time.Duration;

/** A deadline for a loop that polls every few milliseconds. */
final class PollingWait {
  private static final long PAUSE_MILLIS = 5;

  private final long endNanos;

  PollingWait(Duration limit) {
    endNanos = System.nanoTime() + limit.toNanos();
  }

  boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }

  /**
   * Sleeps until the next poll.
   *
   * @throws EmbeddedServerException if the thread is interrupted; its interrupt flag stays set
   */
  void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException(
          "interrupted while waiting for an embedded server", interrupted);
    }
  }
}
