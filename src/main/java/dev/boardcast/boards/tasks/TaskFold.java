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
 * Counts changes of tasks into {@code task_rollup}, in the background, whenever enough of them
 * wait.
 *
 * <ul>
 *   <li>Changes are taken away by the statement that counts them, so rollups and the changes that
 *       wait are exact together, in every snapshot of the database.
 *   <li>Writers add rows and share none: only the fold changes rollups, one node at a time.
 *   <li>A crash leaves all as it was; the changes wait for the next fold, on any node.
 * </ul>
 *
 * Thread safe.
 */
final class TaskFold {
  /** So many changes are worth a fold; fewer cost a reader next to nothing. */
  static final int DUE = 500;

  private static final Logger LOG = LoggerFactory.getLogger(TaskFold.class);
  private static final int BATCH = 10_000;

  // The next statement sees what the holder before left. It looks keys up one by one, however many
  // rollups there are and whatever statistics say of them.
  private static final String LOCK =
      """
      SELECT (SELECT count(*) FROM (SELECT FROM task_change LIMIT $1 + 1) AS few) AS waiting,
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
  private static final String FORGET_BUCKETS =
      """
      DELETE FROM task_rollup
      WHERE bucket > '-infinity' AND bucket < now() - interval '25 hours'""";
  private static final String FORGET_MOMENTS =
      "DELETE FROM task_moment WHERE at < now() - interval '25 hours'";

  private final Pool pool;
  private final Runnable news;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean busy = new AtomicBoolean();

  /**
   * @param news run after each commit of changes, for boards that follow tasks
   */
  TaskFold(Pool pool, Runnable news) {
    this.pool = pool;
    this.news = news;
  }

  /** So many changes were committed by this node. */
  void changed(int changes) {
    if (changes == 0) return;
    news.run();
    if (waiting.addAndGet(changes) >= DUE) start();
  }

  /** So many changes, at least, wait of all nodes. */
  void seen(int changes) {
    if (changes >= DUE) start();
  }

  private void start() {
    if (!busy.compareAndSet(false, true)) return;
    waiting.set(0);
    run()
        .onComplete(
            (done, failure) -> {
              busy.set(false);
              if (failure != null) LOG.debug("changes of tasks wait for the next fold", failure);
            });
  }

  /** Counts all changes that wait, unless another does. */
  Future<Void> run() {
    return pool.withTransaction(tx -> batch(tx, BATCH))
        .compose(more -> more ? run() : Future.succeededFuture());
  }

  /** Whether there are more. */
  static Future<Boolean> batch(SqlClient tx, int size) {
    return tx.preparedQuery(LOCK)
        .execute(Tuple.of(size))
        .compose(
            rows -> {
              long found = 0;
              for (Row row : rows) found = row.getLong("waiting");
              if (found == 0) return Future.succeededFuture(false);
              boolean more = found > size;
              return Future.all(
                      tx.preparedQuery(FOLD).execute(Tuple.of(size)),
                      tx.query(FORGET_BUCKETS).execute(),
                      tx.query(FORGET_MOMENTS).execute())
                  .map(counted -> more);
            });
  }
}
