package dev.boardcast.erasure;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;

/**
 * Counts the rows that name a user, table by table, within a limited time: tables that are not read
 * to the end by then have at least what was counted.
 */
final class RowListing {
  /** How long a dry run reads. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  // 32 MiB in a statement.
  private static final int BLOCKS = 4096;
  private static final String SHORT = "SET LOCAL statement_timeout = '30s'";

  private final Pool pool;
  private final Erasure erasure;
  private final Tuple parameters;
  private final long deadlineNanos;

  RowListing(Pool pool, Erasure erasure, Duration limit) {
    this.pool = pool;
    this.erasure = erasure;
    parameters = TableSweep.parameters(erasure);
    deadlineNanos = System.nanoTime() + limit.toNanos();
  }

  /** Counts, and stores the numbers with the erasure. */
  Future<Void> run(List<SweptTable> tables) {
    Future<Void> listed = ErasureStore.reset(pool, erasure.id());
    for (SweptTable table : tables) {
      listed =
          listed
              .compose(before -> TableSweep.size(pool, table))
              .compose(blocks -> count(table, 0, blocks));
    }
    return listed;
  }

  private Future<Void> count(SweptTable table, long from, long blocks) {
    if (from >= blocks) return Future.succeededFuture();
    if (System.nanoTime() - deadlineNanos > 0) return atLeast(table);
    return pool.withTransaction(
            tx ->
                tx.query(SHORT)
                    .execute()
                    .compose(
                        set -> tx.preparedQuery(table.count(from, BLOCKS)).execute(parameters)))
        .map(rows -> rows.iterator().next().getLong(0))
        .compose(
            rows ->
                rows == 0
                    ? Future.<Void>succeededFuture()
                    : ErasureStore.counted(pool, erasure.id(), table.root(), rows))
        .compose(counted -> count(table, from + BLOCKS, blocks))
        .recover(
            cause -> {
              if (TableSweep.isGone(cause)) return Future.succeededFuture();
              return isTimeout(cause) ? atLeast(table) : Future.failedFuture(cause);
            });
  }

  private Future<Void> atLeast(SweptTable table) {
    return ErasureStore.atLeast(pool, erasure.id(), table.root());
  }

  private static boolean isTimeout(Throwable cause) {
    return cause instanceof PgException pg && "57014".equals(pg.getSqlState());
  }
}
