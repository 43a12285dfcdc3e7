package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes rows that are past their time, in small batches, so that no write waits for it. Any
 * number of nodes may run it. A fault costs a turn, nothing else.
 */
public final class RowExpiryVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RowExpiryVerticle.class);
  private static final int BATCH = 500;
  // Per table and turn; the rest is left for the next turn.
  private static final int MAX_BATCHES = 20;

  private final Pool pool;
  private final Duration every;
  private final List<Kept> tables;
  private boolean busy;
  private long timer;

  /**
   * How long a table's rows are kept.
   *
   * @param column a {@code timestamptz} with an index
   */
  public record Kept(String table, String column, Duration age) {
    private String delete() {
      return """
          DELETE FROM %1$s WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM %1$s WHERE %2$s < now() - $1 * interval '1 millisecond'
            ORDER BY %2$s LIMIT $2 FOR UPDATE SKIP LOCKED))"""
          .formatted(table, column);
    }
  }

  /**
   * @param every the pause between two turns
   */
  public RowExpiryVerticle(Pool pool, Duration every, List<Kept> tables) {
    this.pool = pool;
    this.every = every;
    this.tables = List.copyOf(tables);
  }

  @Override
  public Future<?> start() {
    timer = vertx.setPeriodic(every.toMillis(), tick -> turn());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    vertx.cancelTimer(timer);
    return Future.succeededFuture();
  }

  private void turn() {
    if (busy) return;
    busy = true;
    run()
        .onComplete(
            (deleted, failure) -> {
              busy = false;
              if (failure != null) LOG.debug("nothing expired this time", failure);
            });
  }

  /**
   * One turn over all tables.
   *
   * @return how many rows were deleted
   */
  Future<Integer> run() {
    Future<Integer> sum = Future.succeededFuture(0);
    for (Kept kept : tables) {
      sum = sum.compose(before -> batch(kept, MAX_BATCHES).map(deleted -> before + deleted));
    }
    return sum;
  }

  private Future<Integer> batch(Kept kept, int left) {
    return pool.preparedQuery(kept.delete())
        .execute(Tuple.of((double) kept.age().toMillis(), BATCH))
        .compose(
            rows ->
                rows.rowCount() < BATCH || left <= 1
                    ? Future.succeededFuture(rows.rowCount())
                    : batch(kept, left - 1).map(more -> more + rows.rowCount()));
  }
}
