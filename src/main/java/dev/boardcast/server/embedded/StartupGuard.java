package dev.boardcast.server.embedded;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds back the end of this JVM until a start has ended, so that it leaves no process behind. */
final class StartupGuard {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "boardcast-start-guard");

  /**
   * On guard from here on.
   *
   * @throws EmbeddedFailure when the JVM is about to end
   */
  StartupGuard() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException ending) {
      throw new EmbeddedFailure("this process is about to end", ending);
    }
  }

  /** Whether the JVM goes on. If not, it ends after {@link #release}. */
  boolean goesOn() {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return false;
    }
  }

  void release() {
    ended.countDown();
  }

  private void await() {
    try {
      if (!ended.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) return;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
