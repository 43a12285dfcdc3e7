package dev.boardcast.events;

import dev.boardcast.database.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an asynchronous task when asked to, one run at a time; each run returns whether the next
 * should follow at once.
 *
 * <p>A failed run is repeated after a jittered delay that grows from 50 ms to 1 s. The first
 * failure in a row is logged, and the recovery, at most one row every ten seconds. Confined to one
 * event loop.
 */
final class TaskLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TaskLoop.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration MAX_RETRY = Duration.ofSeconds(1);
  private static final long LOG_SPACING_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final String name;
  private final Supplier<Future<Boolean>> task;
  private final Backoff backoff = new Backoff(FIRST_RETRY, MAX_RETRY);

  private Phase phase = Phase.STOPPED;
  private long timer = -1;
  private boolean runAgain;
  private int failures;
  private boolean failureLogged;
  private long loggedNanos = System.nanoTime() - LOG_SPACING_NANOS;
  private Promise<Void> stopped;

  private enum Phase {
    STOPPED,
    WAITING,
    /** Waiting after a failure: nothing shortens it. */
    BACKING_OFF,
    RUNNING
  }

  /**
   * @param name for log lines
   */
  TaskLoop(Vertx vertx, String name, Supplier<Future<Boolean>> task) {
    this.vertx = vertx;
    this.name = name;
    this.task = task;
  }

  /** From now on runs may be asked for. */
  void start() {
    phase = Phase.WAITING;
  }

  /** Starts the next run now, or right after the current one. */
  void runNow() {
    if (phase == Phase.RUNNING) {
      runAgain = true;
    } else if (phase == Phase.WAITING) {
      run();
    }
  }

  /** Starts no further run; completes when the current one has ended, or after {@code timeout}. */
  Future<Void> stop(Duration timeout) {
    if (phase == Phase.RUNNING) {
      stopped = Promise.promise();
      vertx.setTimer(timeout.toMillis(), late -> stopped.tryComplete());
      return stopped.future();
    }
    vertx.cancelTimer(timer);
    phase = Phase.STOPPED;
    return Future.succeededFuture();
  }

  private void run() {
    phase = Phase.RUNNING;
    runAgain = false;
    Future.succeededFuture().compose(start -> task.get()).onComplete(this::succeeded, this::failed);
  }

  private void succeeded(boolean hasMore) {
    if (failureLogged) LOG.info("{} recovered after {} failures", name, failures);
    failureLogged = false;
    failures = 0;
    backoff.reset();
    if (ended()) return;
    if (runAgain || hasMore) run();
    else phase = Phase.WAITING;
  }

  private void failed(Throwable cause) {
    logFailure(cause);
    failures++;
    if (ended()) return;
    phase = Phase.BACKING_OFF;
    long delay = Math.max(1, Backoff.jittered(backoff.next()).toMillis());
    timer = vertx.setTimer(delay, due -> run());
  }

  private void logFailure(Throwable cause) {
    long now = System.nanoTime();
    if (failureLogged || now - loggedNanos < LOG_SPACING_NANOS) return;
    failureLogged = true;
    loggedNanos = now;
    LOG.warn("{} failed, retrying: {}", name, cause.toString());
  }

  private boolean ended() {
    if (stopped == null) return false;
    phase = Phase.STOPPED;
    stopped.tryComplete();
    return true;
  }
}
