package dev.boardcast.metric;

import dev.boardcast.http.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * What is read of a node's past, which may be much: few at a time, others are asked to come back.
 * One per node, so that most of its connections stay for those who write. Thread safe.
 */
public final class Past {
  private static final int MAX_AT_ONCE = 4;

  private final Semaphore free = new Semaphore(MAX_AT_ONCE);
  private final Pool pool;

  public Past(Pool pool) {
    this.pool = pool;
  }

  /**
   * Reads, when there is a turn.
   *
   * @throws Problem 503 when there is none
   */
  <T> Future<T> read(Function<Pool, Future<T>> reading) {
    if (!free.tryAcquire()) throw Problem.unavailable("too many read the past just now", 1);
    return Future.succeededFuture()
        .compose(turn -> reading.apply(pool))
        .onComplete(done -> free.release());
  }
}
