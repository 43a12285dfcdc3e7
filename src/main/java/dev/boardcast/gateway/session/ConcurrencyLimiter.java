package dev.boardcast.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Lets questions through a few at a time, in the order in which they were asked. So thousands that
 * come back at once do not take the database from those who move facts on. One event loop.
 */
public final class ConcurrencyLimiter {
  private final int most;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean moving;

  public ConcurrencyLimiter(int most) {
    this.most = most;
  }

  /** The answer, once it was this question's turn; a throwing question is a failed one. */
  public <T> Future<T> through(Supplier<Future<T>> question) {
    Promise<T> answer = Promise.promise();
    waiting.add(() -> ask(question).onComplete(answer));
    move();
    return answer.future();
  }

  private <T> Future<T> ask(Supplier<Future<T>> question) {
    underWay++;
    Future<T> asked;
    try {
      asked = question.get();
    } catch (RuntimeException failure) {
      asked = Future.failedFuture(failure);
    }
    return asked.onComplete(
        done -> {
          underWay--;
          move();
        });
  }

  /** Not from within itself: what is answered at once would pile up on the stack. */
  private void move() {
    if (moving) return;
    moving = true;
    try {
      while (underWay < most && !waiting.isEmpty()) waiting.remove().run();
    } finally {
      moving = false;
    }
  }
}
