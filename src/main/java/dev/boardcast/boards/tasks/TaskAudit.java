package dev.boardcast.boards.tasks;

import dev.boardcast.spi.AuditedSums;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/**
 * Compares the rollups of {@link TaskFold} with the tasks, and repairs them. The rollups should
 * equal the tasks minus the pending changes; one statement reads both in one snapshot.
 *
 * <ul>
 *   <li>Up to the given number of tasks all are compared. Of more, those of one random owner, team
 *       or user shared with, and whether the sums of all owners equal the total.
 *   <li>Counts of all time are compared, and creations and completions of the last 24 hours.
 *   <li>A repair blocks folds, but no readers and writers.
 * </ul>
 */
final class TaskAudit implements AuditedSums {
  static final String NAME = "task_statistics";

  private static final String BEGIN =
      """
      SELECT (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'task'::regclass)
               AS tasks,
             set_config('statement_timeout', $1, true),
             set_config('jit', 'off', true),
             set_config('max_parallel_workers_per_gather', '0', true)""";
  private static final String RANDOM_SCOPE =
      """
      SELECT kind, whose FROM task_rollup WHERE kind <> 'all' AND bucket = '-infinity'
      ORDER BY random() LIMIT 1""";
  private static final String OWNERS_TOTAL =
      """
      SELECT count(*) FROM
        (SELECT * FROM task_rollup WHERE kind = 'all' AND bucket = '-infinity') AS a
        FULL JOIN
        (SELECT team_id, sum(total) AS total, sum(completed) AS completed,
           sum(reopened) AS reopened, sum(seconds) AS seconds
         FROM task_rollup WHERE kind = 'owner' AND bucket = '-infinity' GROUP BY team_id) AS o
        USING (team_id)
      WHERE (a.total, a.completed, a.reopened, a.seconds)
        IS DISTINCT FROM (o.total, o.completed, o.reopened, o.seconds)""";

  // A row that should not exist has NULLs in place of numbers.
  private static final String DIFFERENCES =
      """
      WITH change AS (
        SELECT 1 AS sign, owner_id, coalesce(team_id, '') AS team_id, shared_with, reopened,
          created_at, completed_at
        FROM task WHERE %1$s
        UNION ALL
        SELECT -sign, owner_id, team_id, shared_with, reopened, created_at, completed_at
        FROM task_change WHERE %1$s),
      %3$s,
      %4$s,
      since AS (
        SELECT now() - interval '24 hours' AS moment,
          date_bin('15 minutes', now() - interval '24 hours', 'epoch') + interval '15 minutes'
            AS bucket),
      wrong AS (
        SELECT kind, whose, bucket, team_id, f.total, f.completed, f.reopened, f.seconds
        FROM (SELECT fresh.* FROM fresh, since
              WHERE %2$s AND (fresh.bucket = '-infinity' OR fresh.bucket >= since.bucket)) AS f
          FULL JOIN
             (SELECT r.* FROM task_rollup r, since
              WHERE %2$s AND (r.bucket = '-infinity' OR r.bucket >= since.bucket)) AS r
          USING (kind, whose, bucket, team_id)
        WHERE (f.total, f.completed, f.reopened, f.seconds)
          IS DISTINCT FROM (r.total, r.completed, r.reopened, r.seconds)),
      wrong_moment AS (
        SELECT at, is_completion, owner_id, team_id, shared_with, f.n
        FROM (SELECT moment.* FROM moment, since WHERE at > since.moment) AS f
          FULL JOIN
             (SELECT at, is_completion, owner_id, team_id, shared_with, sum(n) AS n
              FROM task_moment, since WHERE at > since.moment AND %1$s
              GROUP BY at, is_completion, owner_id, team_id, shared_with
              HAVING sum(n) <> 0) AS r
          USING (at, is_completion, owner_id, team_id, shared_with)
        WHERE f.n IS DISTINCT FROM r.n)
      """;
  private static final String COUNT =
      DIFFERENCES + "SELECT (SELECT count(*) FROM wrong) + (SELECT count(*) FROM wrong_moment)";
  private static final String REPAIR =
      DIFFERENCES
          + """
          MERGE INTO task_rollup AS r USING wrong AS w
          ON (r.kind, r.whose, r.bucket, r.team_id) = (w.kind, w.whose, w.bucket, w.team_id)
          WHEN MATCHED AND w.total IS NULL THEN DELETE
          WHEN MATCHED THEN UPDATE
            SET total = w.total, completed = w.completed, reopened = w.reopened,
                seconds = w.seconds
          WHEN NOT MATCHED THEN
            INSERT VALUES (w.kind, w.whose, w.bucket, w.team_id, w.total, w.completed, w.reopened,
                           w.seconds)""";
  private static final String REPAIR_MOMENTS =
      DIFFERENCES
          + """
          , gone AS (
            DELETE FROM task_moment AS m USING wrong_moment AS w
            WHERE (m.at, m.is_completion, m.owner_id, m.team_id, m.shared_with)
              = (w.at, w.is_completion, w.owner_id, w.team_id, w.shared_with)),
          made AS (
            INSERT INTO task_moment
            SELECT at, is_completion, owner_id, team_id, shared_with, n
            FROM wrong_moment WHERE n IS NOT NULL)
          SELECT count(*) FROM wrong_moment""";

  // The lock waits for a running fold, and makes the next statement see its result.
  private static final String LOCK = "SELECT FROM task_folding FOR UPDATE";
  private static final String REPAIR_TIMEOUT_MILLIS = "3600000";

  /**
   * The tasks to compare.
   *
   * @param tasks a condition on tasks, changes and moments; {@code $1} is the owner, team or user
   * @param rollups the corresponding condition on rollups
   * @param whose the value of {@code $1}, empty for all tasks
   */
  private record Scope(String tasks, String rollups, Optional<String> whose) {
    static final Scope ALL = new Scope("true", "true", Optional.empty());

    static Scope of(Row random) {
      String kind = random.getString("kind");
      String tasks =
          switch (kind) {
            case "team" -> "team_id = $1";
            case "owner" -> "owner_id = $1";
            default -> "shared_with @> ARRAY[$1] AND shared_with <> '{}'";
          };
      return new Scope(
          tasks, "kind = '" + kind + "' AND whose = $1", Optional.of(random.getString("whose")));
    }

    Future<RowSet<Row>> run(SqlClient client, String sql) {
      return client
          .preparedQuery(sql.formatted(tasks, rollups, TaskRollupSql.MOMENT, TaskRollupSql.FRESH))
          .execute(whose.map(Tuple::of).orElseGet(Tuple::tuple));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Future<Long> audit(Pool pool, Duration timeout, int maxFacts) {
    return pool.withTransaction(
        tx ->
            begin(tx, Long.toString(timeout.toMillis()))
                .compose(tasks -> tasks > maxFacts ? sample(tx) : differences(tx, Scope.ALL)));
  }

  @Override
  public Future<Long> recompute(SqlClient transaction) {
    return begin(transaction, REPAIR_TIMEOUT_MILLIS)
        .compose(tasks -> transaction.query(LOCK).execute())
        .compose(locked -> Scope.ALL.run(transaction, REPAIR))
        .compose(
            repaired ->
                Scope.ALL
                    .run(transaction, REPAIR_MOMENTS)
                    .map(moments -> repaired.rowCount() + number(moments)));
  }

  private static Future<Long> begin(SqlClient tx, String millis) {
    return tx.preparedQuery(BEGIN).execute(Tuple.of(millis)).map(TaskAudit::number);
  }

  private static Future<Long> sample(SqlClient tx) {
    return tx.query(RANDOM_SCOPE)
        .execute()
        .compose(
            rows ->
                differences(tx, rows.size() == 0 ? Scope.ALL : Scope.of(rows.iterator().next())))
        .compose(
            wrong -> tx.query(OWNERS_TOTAL).execute().map(differing -> wrong + number(differing)));
  }

  private static Future<Long> differences(SqlClient tx, Scope scope) {
    return scope.run(tx, COUNT).map(TaskAudit::number);
  }

  private static long number(RowSet<Row> rows) {
    return rows.iterator().next().getLong(0);
  }
}
