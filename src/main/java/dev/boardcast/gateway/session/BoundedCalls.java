package dev.boardcast.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Calls into other rooms: bounded in time, and answered on this verticle's event loop. */
public final class BoundedCalls {
  private final Executor eventLoop;
  private final Duration limit;

  public BoundedCalls(Executor eventLoop, Duration limit) {
    this.eventLoop = eventLoop;
    this.limit = limit;
  }

  /** The call's outcome, never later than the limit; a throwing call is a failed one. */
  public <T> Future<T> call(Supplier<Future<T>> call) {
    return here(() -> call.get().timeout(limit.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** The same of a call that bounds itself: to wait for one's turn is not to be unanswered. */
  <T> Future<T> here(Supplier<Future<T>> call) {
    Future<T> asked;
    try {
      asked = call.get();
    } catch (RuntimeException failure) {
      asked = Future.failedFuture(failure);
    }
    Promise<T> here = Promise.promise();
    asked.onComplete(answer -> eventLoop.execute(() -> here.handle(answer)));
    return here.future();
  }
}
