package dev.boardcast.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives a command that is ended from outside, as by Ctrl-C, the time to stop and to tell what has
 * come so far.
 */
final class ShutdownReport {
  private static final int SECONDS = 10;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  /**
   * @param end makes the command come to its end; called from another thread, at most once
   */
  public ShutdownReport(Runnable end) {
    hook = new Thread(() -> hear(end), "boardcast-last-words");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void hear(Runnable end) {
    end.run();
    try {
      done.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /** All has been told. */
  public void said() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The run was notified.
    }
  }
}
