package dev.boardcast.metrics;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Runs updates at a bounded rate without ever dropping the last one.
 *
 * <ul>
 *   <li>The first update runs at once; the next begins no sooner than {@code minInterval} after the
 *       one before has ended, and never beside it.
 *   <li>However many requests come meanwhile, one update follows that began after the last of them.
 *   <li>A failed update is tried again, at the same pace.
 * </ul>
 *
 * Confined to one event loop.
 */
public final class Throttle {
  /** Runs an action once, later, on the same event loop. */
  @FunctionalInterface
  public interface Timer {
    void after(Duration wait, Runnable action);
  }

  private enum Phase {
    IDLE,
    WAITING,
    RUNNING,
    CLOSED
  }

  private final Duration minInterval;
  private final LongSupplier nanoTime;
  private final Timer timer;
  private final Supplier<Future<Void>> update;

  private Phase phase = Phase.IDLE;
  private Future<Void> running = Future.succeededFuture();
  private boolean requestedAgain;
  private boolean closing;
  private boolean ranBefore;
  private long endedNanos;

  Throttle(
      Duration minInterval, LongSupplier nanoTime, Timer timer, Supplier<Future<Void>> update) {
    this.minInterval = minInterval;
    this.nanoTime = nanoTime;
    this.timer = timer;
    this.update = update;
  }

  /** An update is due that begins after this call. */
  void request() {
    if (phase == Phase.RUNNING) requestedAgain = true;
    if (phase != Phase.IDLE || closing) return;
    long wait = ranBefore ? endedNanos + minInterval.toNanos() - nanoTime.getAsLong() : 0;
    if (wait <= 0) {
      run();
    } else {
      phase = Phase.WAITING;
      timer.after(Duration.ofNanos(wait), this::waited);
    }
  }

  /** Whether an update is under way. */
  boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  /** Completes when the update under way, if any, has ended; never fails. */
  Future<Void> settled() {
    return running;
  }

  /** As {@link #settled}, and no update begins any more. */
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
