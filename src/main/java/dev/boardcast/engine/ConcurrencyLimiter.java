package dev.boardcast.engine;

import dev.boardcast.spi.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Limits how many asynchronous tasks run at the same time; the others wait in order of arrival.
 *
 * <p>Thread safe. A task that had to wait starts on the Vert.x context of its caller; without one,
 * on the thread that completes the call before it.
 */
public final class ConcurrencyLimiter {
  private final int maxRunning;
  private final int maxWaiting;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  // Requests to start waiting tasks; one thread at a time serves them, so nothing recurses.
  private final AtomicInteger wakeUps = new AtomicInteger();
  private int running;

  /** Limits the running tasks only; any number may wait. */
  public ConcurrencyLimiter(int maxRunning) {
    this(maxRunning, Integer.MAX_VALUE);
  }

  /**
   * @param maxWaiting tasks beyond this queue length are rejected
   */
  public ConcurrencyLimiter(int maxRunning, int maxWaiting) {
    this.maxRunning = maxRunning;
    this.maxWaiting = maxWaiting;
  }

  /**
   * Runs a task as soon as the limit allows.
   *
   * @return the task's outcome, a failure if the task throws; fails with a 503 {@link Problem} when
   *     the queue is full
   */
  public <T> Future<T> run(Supplier<Future<T>> task) {
    Promise<T> outcome = Promise.promise();
    Context caller = Vertx.currentContext();
    synchronized (this) {
      if (running >= maxRunning && waiting.size() >= maxWaiting) {
        return Future.failedFuture(
            Problem.unavailable("too many requests of this kind are waiting", 1));
      }
      waiting.add(() -> startOn(caller, task, outcome));
    }
    startWaiting();
    return outcome.future();
  }

  private void startWaiting() {
    if (wakeUps.getAndIncrement() > 0) return;
    int served = 1;
    do {
      for (Runnable next = poll(); next != null; next = poll()) next.run();
      served = wakeUps.addAndGet(-served);
    } while (served > 0);
  }

  private synchronized Runnable poll() {
    if (running >= maxRunning || waiting.isEmpty()) return null;
    running++;
    return waiting.remove();
  }

  private <T> void startOn(Context caller, Supplier<Future<T>> task, Promise<T> outcome) {
    if (caller == null || caller == Vertx.currentContext()) start(task, outcome);
    else caller.runOnContext(start -> start(task, outcome));
  }

  private <T> void start(Supplier<Future<T>> task, Promise<T> outcome) {
    Future<T> started;
    try {
      started = task.get();
    } catch (RuntimeException failure) {
      started = Future.failedFuture(failure);
    }
    started.onComplete(
        result -> {
          release();
          outcome.handle(result);
        });
  }

  private void release() {
    synchronized (this) {
      running--;
    }
    startWaiting();
  }
}
