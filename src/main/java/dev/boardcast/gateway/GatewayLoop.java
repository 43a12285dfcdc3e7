package dev.boardcast.gateway;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** What everything on one gateway event loop shares. */
record GatewayLoop(
    Vertx vertx,
    GatewayConfig config,
    GatewayMeters meters,
    Clock clock,
    LongSupplier millis,
    Wheel wheel,
    Turn turn,
    Outside outside) {
  /** Longest wait for another room's answer. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  static GatewayLoop of(
      Vertx vertx, Context context, GatewayConfig config, GatewayMeters meters, Clock clock) {
    Executor eventLoop = task -> context.runOnContext(turn -> task.run());
    LongSupplier millis = () -> System.nanoTime() / 1_000_000;
    return new GatewayLoop(
        vertx,
        config,
        meters,
        clock,
        millis,
        new Wheel(millis.getAsLong()),
        new Turn(eventLoop),
        new Outside(eventLoop, ANSWER_LIMIT));
  }

  /** Milliseconds that only grow. */
  long now() {
    return millis.getAsLong();
  }

  Instant time() {
    return clock.instant();
  }

  /** Runs {@code task} on this event loop after a while. */
  void later(long millis, Runnable task) {
    vertx.setTimer(millis, fired -> task.run());
  }
}
