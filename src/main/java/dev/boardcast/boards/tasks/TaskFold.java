package dev.boardcast.boards.tasks;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds changes of tasks into {@code task_rollup} in the background, when enough are pending.
 *
 * <ul>
 *   <li>One statement deletes the changes and adds them to the rollups, so rollups and pending
 *       changes are exact together in every snapshot of the database.
 *   <li>Writers insert rows and update none; the fold alone updates rollups, on one node at a time.
 *   <li>After a crash the changes are still pending, and the next fold on any node takes them.
 * </ul>
 *
 * <p>Thread safe.
 */
final class TaskFold {
  /** The number of pending changes that starts a fold; fewer cost a reader little. */
  static final int THRESHOLD = 500;

  private static final Logger LOG = LoggerFactory.getLogger(TaskFold.class);
  private static final int BATCH = 10_000;

  // The lock makes the next statement see the result of the previous fold. The settings make it use
  // index look-ups, independent of table statistics.
  private static final String LOCK =
      """
      SELECT (SELECT count(*) FROM (SELECT FROM task_change LIMIT $1 + 1) AS few) AS pending,
             set_config('statement_timeout', '600000', true),
             set_config('jit', 'off', true),
             set_config('enable_hashjoin', 'off', true),
             set_config('enable_mergejoin', 'off', true),
             set_config('enable_seqscan', 'off', true)
      FROM task_folding FOR UPDATE SKIP LOCKED""";
  private static final String FOLD =
      """
      WITH change AS (
        DELETE FROM task_change WHERE ctid = ANY (ARRAY(SELECT ctid FROM task_change LIMIT $1))
        RETURNING *),
      %s,
      kept AS (INSERT INTO task_moment SELECT * FROM moment),
      %s
      MERGE INTO task_rollup AS r USING fresh AS f
      ON (r.kind, r.whose, r.bucket, r.team_id) = (f.kind, f.whose, f.bucket, f.team_id)
      WHEN MATCHED AND (r.total, r.completed, r.reopened, r.seconds)
                     = (-f.total, -f.completed, -f.reopened, -f.seconds) THEN DELETE
      WHEN MATCHED THEN UPDATE
        SET total = r.total + f.total, completed = r.completed + f.completed,
            reopened = r.reopened + f.reopened, seconds = r.seconds + f.seconds
      WHEN NOT MATCHED THEN
        INSERT VALUES (f.kind, f.whose, f.bucket, f.team_id, f.total, f.completed, f.reopened,
                       f.seconds)"""
          .formatted(TaskRollupSql.MOMENT, TaskRollupSql.FRESH);
  private static final String EXPIRE_BUCKETS =
      """
      DELETE FROM task_rollup
      WHERE bucket > '-infinity' AND bucket < now() - interval '25 hours'""";
  private static final String EXPIRE_MOMENTS =
      "DELETE FROM task_moment WHERE at < now() - interval '25 hours'";

  private final Pool pool;
  private final Runnable committed;
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicBoolean busy = new AtomicBoolean();

  /**
   * @param committed runs after each commit of changes
   */
  TaskFold(Pool pool, Runnable committed) {
    this.pool = pool;
    this.committed = committed;
  }

  /** Reports changes that this node has committed. */
  void changed(int changes) {
    if (changes == 0) return;
    committed.run();
    if (pending.addAndGet(changes) >= THRESHOLD) start();
  }

  /** Reports the number of pending changes of all nodes, as read. */
  void pending(int changes) {
    if (changes >= THRESHOLD) start();
  }

  private void start() {
    if (!busy.compareAndSet(false, true)) return;
    pending.set(0);
    run()
        .onComplete(
            (done, failure) -> {
              busy.set(false);
              if (failure != null)
                LOG.debug("the fold of task changes failed; the next one takes them", failure);
            });
  }

  /** Folds all pending changes, unless another fold is running. */
  Future<Void> run() {
    return pool.withTransaction(tx -> batch(tx, BATCH))
        .compose(more -> more ? run() : Future.succeededFuture());
  }

  /** Folds one batch; returns whether more changes are pending. */
  static Future<Boolean> batch(SqlClient tx, int size) {
    return tx.preparedQuery(LOCK)
        .execute(Tuple.of(size))
        .compose(
            rows -> {
              long found = 0;
              for (Row row : rows) found = row.getLong("pending");
              if (found == 0) return Future.succeededFuture(false);
              boolean more = found > size;
              return Future.all(
                      tx.preparedQuery(FOLD).execute(Tuple.of(size)),
                      tx.query(EXPIRE_BUCKETS).execute(),
                      tx.query(EXPIRE_MOMENTS).execute())
                  .map(counted -> more);
            });
  }
}
