package dev.boardcast.engine;

import dev.boardcast.spi.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;

/**
 * What is read of a node's past, which may be much: few at a time, others wait their turn, as many
 * as the charts of some pages; who comes after them is asked to come back. One per node, so that
 * most of its connections stay for those who write. Thread safe.
 */
public final class HistoryQueryLimiter {
  private static final int MAX_AT_ONCE = 4;
  private static final int MOST_WAITING = 100;

  private final Pool pool;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free = MAX_AT_ONCE;

  public HistoryQueryLimiter(Pool pool) {
    this.pool = pool;
  }

  /**
   * Reads, when it is its turn, on the event loop that asks.
   *
   * @throws Problem 503 when too many wait
   */
  public <T> Future<T> read(Function<Pool, Future<T>> reading) {
    Promise<T> answer = Promise.promise();
    Context loop = Vertx.currentContext();
    synchronized (this) {
      if (free == 0) {
        if (waiting.size() == MOST_WAITING) {
          throw Problem.unavailable("too many read the past just now", 1);
        }
        waiting.add(() -> loop.runOnContext(turn -> read(reading, answer)));
        return answer.future();
      }
      free--;
    }
    read(reading, answer);
    return answer.future();
  }

  private <T> void read(Function<Pool, Future<T>> reading, Promise<T> answer) {
    Future.succeededFuture()
        .compose(turn -> reading.apply(pool))
        .onComplete(
            read -> {
              next();
              answer.handle(read);
            });
  }

  private void next() {
    Runnable turn;
    synchronized (this) {
      turn = waiting.poll();
      if (turn == null) free++;
    }
    if (turn != null) turn.run();
  }
}
