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
 * Runs an asynchronous task again and again, one run at a time; each run returns the delay before
 * the next.
 *
 * <p>After a failure the delay is jittered and grows from 50 ms to 1 s. The first failure in a row
 * is logged, and the recovery, at most one row every ten seconds. Confined to one event loop.
 */
final class PollLoop {
  private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration MAX_RETRY = Duration.ofSeconds(1);
  private static final long LOG_SPACING_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final String name;
  private final Supplier<Future<Duration>> task;
  private final Backoff backoff = new Backoff(FIRST_RETRY, MAX_RETRY);

  private Phase phase = Phase.STOPPED;
  private long timer;
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
  PollLoop(Vertx vertx, String name, Supplier<Future<Duration>> task) {
    this.vertx = vertx;
    this.name = name;
    this.task = task;
  }

  void start(Duration delay) {
    schedule(Phase.WAITING, delay);
  }

  /** Starts the next run now, or right after the current one. */
  void runNow() {
    if (phase == Phase.RUNNING) {
      runAgain = true;
    } else if (phase == Phase.WAITING) {
      vertx.cancelTimer(timer);
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

  private void succeeded(Duration delay) {
    if (failureLogged) LOG.info("{} recovered after {} failures", name, failures);
    failureLogged = false;
    failures = 0;
    backoff.reset();
    next(Phase.WAITING, runAgain ? Duration.ZERO : delay);
  }

  private void failed(Throwable cause) {
    logFailure(cause);
    failures++;
    next(Phase.BACKING_OFF, Backoff.jittered(backoff.next()));
  }

  private void logFailure(Throwable cause) {
    long now = System.nanoTime();
    if (failureLogged || now - loggedNanos < LOG_SPACING_NANOS) return;
    failureLogged = true;
    loggedNanos = now;
    LOG.warn("{} failed, retrying: {}", name, cause.toString());
  }

  private void next(Phase waiting, Duration delay) {
    if (stopped != null) {
      phase = Phase.STOPPED;
      stopped.tryComplete();
    } else if (delay.isZero()) {
      run();
    } else {
      schedule(waiting, delay);
    }
  }

  private void schedule(Phase waiting, Duration delay) {
    phase = waiting;
    timer = vertx.setTimer(Math.max(1, delay.toMillis()), due -> run());
  }
}
