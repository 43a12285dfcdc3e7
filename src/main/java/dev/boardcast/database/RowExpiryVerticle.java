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
 * Deletes expired rows periodically, in small batches that skip locked rows, so that no write waits
 * for it.
 *
 * <p>Any number of nodes may run it. A failed run is retried by the next.
 */
public final class RowExpiryVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RowExpiryVerticle.class);
  private static final int BATCH = 500;
  private static final int MAX_BATCHES = 20;

  private final Pool pool;
  private final Duration interval;
  private final List<Expiry> expiries;
  private boolean running;

  /**
   * What is deleted.
   *
   * @param delete a statement whose {@code $1} is the most rows that it deletes
   * @param values of its other parameters
   * @param batch most rows in one transaction
   * @param maxBatches most transactions in a run; the next run deletes the rest
   */
  public record Expiry(String delete, List<Object> values, int batch, int maxBatches) {
    private static final String OLDER =
        """
        DELETE FROM %1$s WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM %1$s WHERE %2$s < now() - $2 * interval '1 millisecond'
          ORDER BY %2$s LIMIT $1 FOR UPDATE SKIP LOCKED))""";

    /**
     * Rows of a table that are older than an age.
     *
     * @param column a {@code timestamptz} with an index, unless the table has few rows
     */
    public Expiry(String table, String column, Duration age) {
      this(OLDER.formatted(table, column), List.of((double) age.toMillis()), BATCH, MAX_BATCHES);
    }
  }

  /**
   * @param interval between two runs
   */
  public RowExpiryVerticle(Pool pool, Duration interval, List<Expiry> expiries) {
    this.pool = pool;
    this.interval = interval;
    this.expiries = List.copyOf(expiries);
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(interval.toMillis(), tick -> runUnlessRunning());
    return Future.succeededFuture();
  }

  private void runUnlessRunning() {
    if (running) return;
    running = true;
    run()
        .onComplete(
            (deleted, failure) -> {
              running = false;
              if (failure != null) LOG.debug("deleting expired rows failed", failure);
            });
  }

  /** Deletes expired rows of all tables; returns how many were deleted. */
  public Future<Integer> run() {
    Future<Integer> sum = Future.succeededFuture(0);
    for (Expiry expiry : expiries) {
      sum =
          sum.compose(
              before -> batch(expiry, expiry.maxBatches()).map(deleted -> before + deleted));
    }
    return sum;
  }

  private Future<Integer> batch(Expiry expiry, int left) {
    Tuple values = Tuple.of(expiry.batch());
    expiry.values().forEach(values::addValue);
    return pool.preparedQuery(expiry.delete())
        .execute(values)
        .compose(
            rows ->
                rows.rowCount() < expiry.batch() || left <= 1
                    ? Future.succeededFuture(rows.rowCount())
                    : batch(expiry, left - 1).map(more -> more + rows.rowCount()));
  }
}
