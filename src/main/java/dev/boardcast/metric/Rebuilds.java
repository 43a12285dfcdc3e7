package dev.boardcast.metric;

import dev.boardcast.db.Lease;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a board is computed anew when somebody has asked for it: first beside the folds,
 * then within one of them. One at a time. Confined to one event loop.
 */
final class Rebuilds {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuilds.class);

  private final Pool pool;
  private final Board board;
  private final Chores chores;
  private final Runnable ready;

  private Rebuild prepared;
  private boolean busy;
  private boolean closed;

  /**
   * @param ready told when the next fold can make the exchange
   */
  Rebuilds(Pool pool, Board board, Chores chores, Runnable ready) {
    this.pool = pool;
    this.board = board;
    this.chores = chores;
    this.ready = ready;
  }

  /** Somebody has asked; nothing new while one is under way. */
  void wanted() {
    if (busy || closed) return;
    busy = true;
    LOG.info("board {} is computed anew", board.name());
    chores.run(this::prepare);
  }

  /** Whether {@link #exchange} can be made. */
  boolean isReady() {
    return prepared != null;
  }

  /**
   * Runs the fold that makes the exchange.
   *
   * @return what came of it; the next to ask begins again
   */
  Future<Folded> exchange(Fold fold, long token) {
    var mine = prepared;
    prepared = null;
    return fold.exchange(token, mine)
        .onSuccess(done -> LOG.info("board {} was computed anew", board.name()))
        .recover(cause -> giveUp(cause).transform(noted -> Future.failedFuture(cause)))
        .eventually(() -> over(mine));
  }

  /** Drops what is prepared: the board is another's now, and the request too. */
  Future<Void> abandon() {
    var mine = prepared;
    prepared = null;
    return mine == null ? Future.succeededFuture() : over(mine);
  }

  /** As {@link #abandon}, and begins no other; what is under way ends by itself. */
  Future<Void> close() {
    closed = true;
    return abandon();
  }

  private Future<Void> prepare() {
    var rebuild = new Rebuild(pool, board);
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
    return Recomputations.failed(pool, board.name(), Recomputations.FAILED).otherwiseEmpty();
  }

  private Future<Void> over(Rebuild rebuild) {
    busy = false;
    return rebuild.drop();
  }
}
