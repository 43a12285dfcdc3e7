package dev.boardcast.gateway.loop;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes asynchronous calls to databases and other services with a time limit. Their futures
 * complete on the given event loop, whichever thread answers.
 */
public final class BoundedCalls {
  private final Executor eventLoop;
  private final Duration timeout;

  public BoundedCalls(Executor eventLoop, Duration timeout) {
    this.eventLoop = eventLoop;
    this.timeout = timeout;
  }

  /** The call's result; fails when it throws, fails or takes longer than the limit. */
  public <T> Future<T> call(Supplier<Future<T>> call) {
    return callUnbounded(() -> call.get().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
  }

  /**
   * As {@link #call}; completes in the caller's turn where the call has answered at once, such as
   * from a cache. Only on the event loop.
   */
  public <T> Future<T> callNow(Supplier<Future<T>> call) {
    Future<T> called;
    try {
      called = call.get();
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
    if (!called.isComplete()) return call(() -> called);
    return called.succeeded()
        ? Future.succeededFuture(called.result())
        : Future.failedFuture(called.cause());
  }

  /** As {@link #call} without a limit: for a call that bounds itself, and may be queued before. */
  public <T> Future<T> callUnbounded(Supplier<Future<T>> call) {
    Future<T> called;
    try {
      called = call.get();
    } catch (RuntimeException failure) {
      called = Future.failedFuture(failure);
    }
    Promise<T> result = Promise.promise();
    called.onComplete(outcome -> eventLoop.execute(() -> result.handle(outcome)));
    return result.future();
  }
}
