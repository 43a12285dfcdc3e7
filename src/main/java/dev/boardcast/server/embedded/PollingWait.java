package dev.boardcast.server.embedded;

import java.time.Duration;

/** A bounded wait that looks often: servers are up in tens of milliseconds. */
public final class PollingWait {
  private static final long PAUSE_MILLIS = 5;

  private final long endNanos;

  public PollingWait(Duration limit) {
    endNanos = System.nanoTime() + limit.toNanos();
  }

  public boolean passed() {
    return System.nanoTime() - endNanos >= 0;
  }

  /**
   * Waits a moment.
   *
   * @throws EmbeddedFailure when the thread is interrupted; the flag stays set
   */
  public void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedFailure("interrupted while waiting for an embedded server", interrupted);
    }
  }
}
