package dev.boardcast.gateway.loop;

import dev.boardcast.bus.OutsideOfRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Repeats a call whose result takes {@value #DELAY_MILLIS} ms, and uses whichever result comes
 * first: a dead connection or a busy pool must not delay a client by the time limit of the call. At
 * most {@value #MAX_SECOND} repeated calls run at once, so that a slow database does not get twice
 * the load. Thread safe.
 */
public final class HedgedCalls {
  static final int DELAY_MILLIS = 300;
  static final int MAX_SECOND = 4;

  private final Vertx vertx;
  private final AtomicInteger second = new AtomicInteger();

  public HedgedCalls(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * @param first asked at once; when it fails before the other is asked, the result fails
   * @param other asked when that takes long, such as the same by another pool of connections
   */
  public <T> Future<T> call(Supplier<Future<T>> first, Supplier<Future<T>> other) {
    Future<T> asked = first.get();
    if (asked.isComplete()) return asked;
    Promise<T> answer = Promise.promise();
    var hedge = new Hedge<>(answer, asked, other);
    long timer = OutsideOfRequest.setTimer(vertx, DELAY_MILLIS, hedge::ask);
    asked.onComplete(
        done -> {
          boolean unasked = vertx.cancelTimer(timer);
          if (done.succeeded()) answer.tryComplete(done.result());
          else if (unasked) answer.tryFail(done.cause());
          else hedge.firstFailed(done.cause());
        });
    return answer.future();
  }

  /** The repetition of one call. */
  private final class Hedge<T> {
    private final Promise<T> answer;
    private final Future<T> first;
    private final Supplier<Future<T>> other;
    private final AtomicBoolean oneFailed = new AtomicBoolean();

    private Hedge(Promise<T> answer, Future<T> first, Supplier<Future<T>> other) {
      this.answer = answer;
      this.first = first;
      this.other = other;
    }

    private void ask() {
      if (second.incrementAndGet() > MAX_SECOND) {
        second.decrementAndGet();
        // There is no repetition: the first result decides.
        oneFailed.set(true);
        if (first.failed()) answer.tryFail(first.cause());
        return;
      }
      Future<T> asked;
      try {
        asked = other.get();
      } catch (RuntimeException failure) {
        asked = Future.failedFuture(failure);
      }
      // A repetition that takes longer than this no longer counts against the limit.
      asked
          .timeout(DELAY_MILLIS * 10L, TimeUnit.MILLISECONDS)
          .onComplete(
              done -> {
                second.decrementAndGet();
                if (done.succeeded()) answer.tryComplete(done.result());
                else fail(done.cause());
              });
    }

    private void firstFailed(Throwable cause) {
      fail(cause);
    }

    /** Called for each failed attempt; the second call fails the result. */
    private void fail(Throwable cause) {
      if (!oneFailed.compareAndSet(false, true)) answer.tryFail(cause);
    }
  }
}
