package dev.boardcast.metrics.audit;

import dev.boardcast.database.Lease;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.metrics.Fold;
import dev.boardcast.metrics.FoldResult;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a board is computed anew when somebody has asked for it: first beside the folds,
 * then within one of them. One at a time. Confined to one event loop.
 */
public final class RebuildScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(RebuildScheduler.class);

  private final Pool pool;
  private final Board board;
  private final ConcurrencyLimiter jobs;
  private final Runnable ready;

  private RollupRebuild prepared;
  private boolean busy;
  private boolean closed;

  /**
   * @param ready told when the next fold can make the exchange
   */
  public RebuildScheduler(Pool pool, Board board, ConcurrencyLimiter jobs, Runnable ready) {
    this.pool = pool;
    this.board = board;
    this.jobs = jobs;
    this.ready = ready;
  }

  /** Somebody has asked; nothing new while one is under way. */
  public void wanted() {
    if (busy || closed) return;
    busy = true;
    LOG.info("board {} is computed anew", board.name());
    jobs.run(this::prepare);
  }

  /** Whether {@link #exchange} can be made. */
  public boolean isReady() {
    return prepared != null;
  }

  /**
   * Runs the fold that makes the exchange.
   *
   * @return what came of it; the next to ask begins again
   */
  public Future<FoldResult> exchange(Fold fold, long token) {
    var mine = prepared;
    prepared = null;
    return fold.exchange(token, mine)
        .onSuccess(done -> LOG.info("board {} was computed anew", board.name()))
        .recover(cause -> giveUp(cause).transform(noted -> Future.failedFuture(cause)))
        .eventually(() -> over(mine));
  }

  /** Drops what is prepared: the board is another's now, and the request too. */
  public Future<Void> abandon() {
    var mine = prepared;
    prepared = null;
    return mine == null ? Future.succeededFuture() : over(mine);
  }

  /** As {@link #abandon}, and begins no other; what is under way ends by itself. */
  public Future<Void> close() {
    closed = true;
    return abandon();
  }

  private Future<Void> prepare() {
    var rebuild = new RollupRebuild(pool, board);
    Supplier<Future<Void>> over = () -> over(rebuild);
    return rebuild
        .prepare()
        .compose(
            done -> {
              if (closed) return over.get();
              prepared = rebuild;
              ready.run();
              return Future.succeededFuture();
            })
        .recover(cause -> giveUp(cause).eventually(over));
  }

  /** Another holder of the lease would find the request as it is; other failures end it. */
  private Future<Void> giveUp(Throwable cause) {
    if (closed || cause instanceof Lease.Lost) return Future.succeededFuture();
    LOG.warn("board {} could not be computed anew", board.name(), cause);
    return RecomputationStore.failed(pool, board.name(), RecomputationStore.FAILED)
        .otherwiseEmpty();
  }

  private Future<Void> over(RollupRebuild rebuild) {
    busy = false;
    return rebuild.drop();
  }
}
