package dev.boardcast.metrics.audit;

import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds a board's rollups on request, in two phases: first beside the folds, then within one of
 * them.
 *
 * <p>One rebuild at a time. Confined to one event loop.
 */
public final class RebuildScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(RebuildScheduler.class);

  private final Pool pool;
  private final Board board;
  private final ConcurrencyLimiter jobs;
  private final Runnable onReady;

  private RollupRebuild prepared;
  private boolean busy;
  private boolean closed;

  /**
   * @param jobs limits the long jobs of this node
   * @param onReady runs when the next fold can exchange the rollups
   */
  public RebuildScheduler(Pool pool, Board board, ConcurrencyLimiter jobs, Runnable onReady) {
    this.pool = pool;
    this.board = board;
    this.jobs = jobs;
    this.onReady = onReady;
  }

  /** Starts a rebuild, unless one is in progress. */
  public void request() {
    if (busy || closed) return;
    busy = true;
    LOG.info("recomputing board {}", board.name());
    jobs.run(this::prepare);
  }

  /** Whether a rebuild waits for {@link #exchange}. */
  public boolean isReady() {
    return prepared != null;
  }

  /**
   * Finishes the prepared rebuild, whatever comes of it.
   *
   * @param fold runs the fold that exchanges the rollups
   * @return the outcome of the fold
   */
  public <T> Future<T> exchange(Function<RollupRebuild, Future<T>> fold) {
    var rebuild = prepared;
    prepared = null;
    return fold.apply(rebuild)
        .onSuccess(
            done -> {
              if (rebuild.isExchanged()) LOG.info("board {} was recomputed", board.name());
            })
        .recover(cause -> recordFailure(cause).transform(noted -> Future.failedFuture(cause)))
        .eventually(() -> end(rebuild));
  }

  /** Drops the prepared rebuild: another node holds the board, and finds the request. */
  public Future<Void> abandon() {
    var rebuild = prepared;
    prepared = null;
    return rebuild == null ? Future.succeededFuture() : end(rebuild);
  }

  /** As {@link #abandon}, and starts no other; a preparation in progress ends by itself. */
  public Future<Void> close() {
    closed = true;
    return abandon();
  }

  private Future<Void> prepare() {
    var rebuild = new RollupRebuild(pool, board);
    return rebuild
        .prepare()
        .compose(
            done -> {
              if (closed) return end(rebuild);
              prepared = rebuild;
              onReady.run();
              return Future.<Void>succeededFuture();
            })
        .recover(cause -> recordFailure(cause).eventually(() -> end(rebuild)));
  }

  /** Ends the request, unless the next holder of the lease will take it. */
  private Future<Void> recordFailure(Throwable cause) {
    if (closed || cause instanceof LeaseLostException) return Future.succeededFuture();
    LOG.warn("board {} could not be recomputed", board.name(), cause);
    return RecomputationStore.failed(pool, board.name()).otherwiseEmpty();
  }

  private Future<Void> end(RollupRebuild rebuild) {
    busy = false;
    return rebuild.drop();
  }
}
