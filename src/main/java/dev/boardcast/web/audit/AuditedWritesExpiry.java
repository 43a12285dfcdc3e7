package dev.boardcast.web.audit;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes rows of requests that wrote facts or events, when they are too old or too many: the
 * oldest first, in batches. There may be as many of them as facts, so it deletes more in a run than
 * {@link dev.boardcast.database.RowExpiryVerticle}. Any number of nodes may run it; a failed run is
 * retried by the next.
 */
public final class AuditedWritesExpiry extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(AuditedWritesExpiry.class);
  private static final int BATCH = 5_000;
  // Per run; more than a node can write in a minute.
  private static final int MAX_BATCHES = 400;

  // Only the oldest rows are looked at, so that a run without work reads one batch of an index. Ids
  // of the sequence are two apart.
  private static final String DELETE =
      """
      DELETE FROM audit_write AS w
      USING (SELECT at, id FROM audit_write ORDER BY at, id LIMIT $1) AS oldest
      WHERE w.at = oldest.at AND w.id = oldest.id
        AND (w.at < now() - $2 * interval '1 millisecond'
             OR w.id < (SELECT last_value FROM audit_write_id) - 2 * $3::bigint)""";

  private final Pool pool;
  private final Duration interval;
  private final AuditTrailConfig config;
  private boolean running;

  /**
   * @param interval between two runs
   */
  public AuditedWritesExpiry(Pool pool, Duration interval, AuditTrailConfig config) {
    this.pool = pool;
    this.interval = interval;
    this.config = config;
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
              if (failure != null) LOG.debug("deleting rows of the audit trail failed", failure);
            });
  }

  /** Deletes what is due; returns how many rows. */
  Future<Integer> run() {
    return batch(MAX_BATCHES);
  }

  private Future<Integer> batch(int left) {
    return pool.preparedQuery(DELETE)
        .execute(Tuple.of(BATCH, (double) config.writesRetention().toMillis(), config.maxWrites()))
        .compose(
            rows ->
                rows.rowCount() < BATCH || left <= 1
                    ? Future.succeededFuture(rows.rowCount())
                    : batch(left - 1).map(more -> more + rows.rowCount()));
  }
}
