package dev.boardcast.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that gets SIGINT or SIGTERM print its report: asks it to stop, and delays the end
 * of the JVM until the report is printed, for at most 10 seconds.
 */
final class ShutdownReport {
  private static final int LIMIT_SECONDS = 10;

  private final CountDownLatch printed = new CountDownLatch(1);
  private final Thread hook;

  /**
   * @param stop asks the command to stop; called on another thread, at most once
   */
  ShutdownReport(Runnable stop) {
    hook = new Thread(() -> stopAndWait(stop), "boardcast-shutdown-report");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stopAndWait(Runnable stop) {
    stop.run();
    try {
      printed.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The report is printed. */
  void printed() {
    printed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook is running.
    }
  }
}
