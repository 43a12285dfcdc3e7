package dev.boardcast.events;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A piece of work done again and again, never twice at once: each turn says how long to wait until
 * the next. A failed turn is followed by a jittered wait that grows from 50 ms to 1 s. The first
 * failure of a row is logged, and its end, but no more than one row in ten seconds. Confined to one
 * event loop.
 */
final class PollLoop {
  private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);
  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long LONGEST_WAIT_MILLIS = 1000;
  private static final long LOG_SPACING_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final String name;
  private final Supplier<Future<Duration>> work;

  private Phase phase = Phase.STOPPED;
  private long timer;
  private boolean hurried;
  private int failures;
  private boolean told;
  private long toldNanos = System.nanoTime() - LOG_SPACING_NANOS;
  private Promise<Void> stopped;

  private enum Phase {
    STOPPED,
    WAITING,
    /** Waiting after a failure: nothing shortens it. */
    BACKING_OFF,
    WORKING
  }

  PollLoop(Vertx vertx, String name, Supplier<Future<Duration>> work) {
    this.vertx = vertx;
    this.name = name;
    this.work = work;
  }

  /** Between half of {@code longest} and all of it, so that nodes do not act in step. */
  static Duration jittered(Duration longest) {
    long millis = longest.toMillis();
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
  }

  void start(Duration firstWait) {
    pause(Phase.WAITING, firstWait);
  }

  /** Makes the next turn begin now, or right after the one under way. */
  void hurry() {
    if (phase == Phase.WORKING) {
      hurried = true;
    } else if (phase == Phase.WAITING) {
      vertx.cancelTimer(timer);
      work();
    }
  }

  /** Completes when the turn under way has ended, or after {@code patience}; none follows. */
  Future<Void> stop(Duration patience) {
    if (phase == Phase.WORKING) {
      stopped = Promise.promise();
      vertx.setTimer(patience.toMillis(), late -> stopped.tryComplete());
      return stopped.future();
    }
    vertx.cancelTimer(timer);
    phase = Phase.STOPPED;
    return Future.succeededFuture();
  }

  private void work() {
    phase = Phase.WORKING;
    hurried = false;
    Future.succeededFuture().compose(start -> work.get()).onComplete(this::worked, this::failed);
  }

  private void worked(Duration wait) {
    if (told) LOG.info("{} goes on after {} failures", name, failures);
    told = false;
    failures = 0;
    next(Phase.WAITING, hurried ? Duration.ZERO : wait);
  }

  private void failed(Throwable cause) {
    tell(cause);
    failures++;
    long longest = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(failures - 1, 10));
    next(Phase.BACKING_OFF, jittered(Duration.ofMillis(longest)));
  }

  private void tell(Throwable cause) {
    long now = System.nanoTime();
    if (told || now - toldNanos < LOG_SPACING_NANOS) return;
    told = true;
    toldNanos = now;
    LOG.warn("{} failed, tries again: {}", name, cause.toString());
  }

  private void next(Phase next, Duration wait) {
    if (stopped != null) {
      phase = Phase.STOPPED;
      stopped.tryComplete();
    } else if (wait.isZero()) {
      work();
    } else {
      pause(next, wait);
    }
  }

  private void pause(Phase next, Duration wait) {
    phase = next;
    timer = vertx.setTimer(Math.max(1, wait.toMillis()), due -> work());
  }
}
