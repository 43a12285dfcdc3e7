package dev.boardcast.metrics;

import dev.boardcast.engine.Scheduler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Runs updates at a bounded rate without ever dropping the last one.
 *
 * <ul>
 *   <li>The first update runs at once; the next one starts at least {@code minInterval} after the
 *       previous one has ended.
 *   <li>However many requests come in between, one update follows that starts after the last one.
 *   <li>A failed update is retried at the same rate.
 * </ul>
 *
 * Confined to one event loop.
 */
final class Throttle {
  private enum Phase {
    IDLE,
    WAITING,
    RUNNING,
    CLOSED
  }

  private final Duration minInterval;
  private final LongSupplier nanoTime;
  private final Scheduler scheduler;
  private final Supplier<Future<Void>> update;

  private Phase phase = Phase.IDLE;
  private Future<Void> running = Future.succeededFuture();
  private boolean requestedAgain;
  private boolean closing;
  private boolean ranBefore;
  private long endedNanos;

  Throttle(
      Duration minInterval,
      LongSupplier nanoTime,
      Scheduler scheduler,
      Supplier<Future<Void>> update) {
    this.minInterval = minInterval;
    this.nanoTime = nanoTime;
    this.scheduler = scheduler;
    this.update = update;
  }

  /** Requests an update that starts after this call. */
  void request() {
    if (phase == Phase.RUNNING) requestedAgain = true;
    if (phase != Phase.IDLE || closing) return;
    long wait = ranBefore ? endedNanos + minInterval.toNanos() - nanoTime.getAsLong() : 0;
    if (wait <= 0) {
      run();
    } else {
      phase = Phase.WAITING;
      scheduler.schedule(Duration.ofNanos(wait), this::waited);
    }
  }

  /** Whether an update is in progress. */
  boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  /** Completes when the update in progress, if any, has ended; never fails. */
  Future<Void> settled() {
    return running;
  }

  /** As {@link #settled}, and starts no further update. */
  Future<Void> close() {
    closing = true;
    if (phase != Phase.RUNNING) phase = Phase.CLOSED;
    return running;
  }

  private void waited() {
    if (phase != Phase.WAITING) return;
    phase = Phase.IDLE;
    request();
  }

  private void run() {
    phase = Phase.RUNNING;
    requestedAgain = false;
    var done = Promise.<Void>promise();
    running = done.future();
    Future.succeededFuture()
        .compose(start -> update.get())
        .onComplete(
            (updated, failure) -> {
              ended(failure != null);
              done.complete();
            });
  }

  private void ended(boolean failed) {
    ranBefore = true;
    endedNanos = nanoTime.getAsLong();
    phase = closing ? Phase.CLOSED : Phase.IDLE;
    if (failed || requestedAgain) request();
  }
}
