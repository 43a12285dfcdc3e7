package dev.boardcast.metric;

import dev.boardcast.http.Problem;
import io.vertx.core.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Who reads much of the past: few at a time, others are asked to come back. Thread safe. */
final class Turns {
  private static final int MAX_AT_ONCE = 4;

  private final Semaphore free = new Semaphore(MAX_AT_ONCE);

  /**
   * Reads, when there is a turn.
   *
   * @throws Problem 503 when there is none
   */
  <T> Future<T> take(Supplier<Future<T>> reading) {
    if (!free.tryAcquire()) throw Problem.unavailable("too many read the past just now", 1);
    return Future.succeededFuture()
        .compose(turn -> reading.get())
        .onComplete(done -> free.release());
  }
}
