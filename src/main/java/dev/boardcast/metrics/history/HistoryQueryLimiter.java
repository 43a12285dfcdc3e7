package dev.boardcast.metrics.history;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.function.Function;

/**
 * Limits concurrent history and range queries on one node; callers beyond the queue get 503. Thread
 * safe.
 *
 * <p>These queries share a pool with writes: the limit keeps most connections free for them.
 */
public final class HistoryQueryLimiter {
  private static final int MAX_RUNNING = 4;
  private static final int MAX_WAITING = 100;

  private final Pool pool;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MAX_RUNNING, MAX_WAITING);

  public HistoryQueryLimiter(Pool pool) {
    this.pool = pool;
  }

  /**
   * Runs a query as soon as the limit allows.
   *
   * @return the query's result; fails with a 503 {@link Problem} when too many queries wait
   */
  public <T> Future<T> run(Function<Pool, Future<T>> query) {
    return limiter.run(() -> query.apply(pool));
  }
}
