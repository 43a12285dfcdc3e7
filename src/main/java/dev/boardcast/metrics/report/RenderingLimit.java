package dev.boardcast.metrics.report;

import dev.boardcast.spi.Problem;
import java.time.Duration;

/** Ends a rendering that takes too long. Thread safe. */
final class RenderingLimit {
  private static final Duration MOST = Duration.ofSeconds(20);

  private final long endNanos = System.nanoTime() + MOST.toNanos();

  /**
   * @throws Problem 503 once it is over
   */
  void check() {
    if (System.nanoTime() - endNanos < 0) return;
    throw Problem.unavailable(
        "this report was not drawn within %d s".formatted(MOST.toSeconds()), 5);
  }
}
