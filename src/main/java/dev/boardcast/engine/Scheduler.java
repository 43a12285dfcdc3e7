package dev.boardcast.engine;

import dev.boardcast.bus.OutsideOfRequest;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Runs an action once after a delay, on the event loop that scheduled it, outside of its request.
 */
@FunctionalInterface
public interface Scheduler {
  void schedule(Duration delay, Runnable action);

  /** Schedules by Vert.x timers: delays are rounded up to whole milliseconds, at least one. */
  static Scheduler of(Vertx vertx) {
    return (delay, action) -> {
      long millis = (delay.toNanos() + 999_999) / 1_000_000;
      OutsideOfRequest.setTimer(vertx, Math.max(1, millis), action);
    };
  }
}
