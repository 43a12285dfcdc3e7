package dev.boardcast.server.embedded;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Delays the shutdown of this JVM until a start is over, so that it leaves no process behind. */
final class StartupGuard {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "boardcast-start-guard");

  /**
   * Delays a shutdown from here on.
   *
   * @throws EmbeddedServerException if the JVM is already shutting down
   */
  StartupGuard() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      throw new EmbeddedServerException("this process is shutting down", shuttingDown);
    }
  }

  /** Delays no later shutdown; false if one has begun, which waits for {@link #release}. */
  boolean disarm() {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return false;
    }
  }

  /** Lets a shutdown that has begun go on. */
  void release() {
    over.countDown();
  }

  private void await() {
    try {
      over.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
