package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the tasks that a caller may see, exactly, in one statement: from a few rollups, the
 * pending changes, and the quarter of an hour in which the last 24 hours begin. The cost depends on
 * the number of pending changes and of the caller's teams, not on the number of tasks. Thread safe.
 */
final class TaskStatistics {
  // A caller may see, without overlap, the tasks of the caller's teams, and tasks outside of these
  // that the caller owns or that are shared with the caller. $4: whether the caller may see all.
  static final String COUNTS =
      """
      WITH me AS MATERIALIZED (
        SELECT array_remove(teams_of($1, $2, $3), '') AS teams, now() - interval '24 hours' AS since,
          date_bin('15 minutes', now() - interval '24 hours', 'epoch') + interval '15 minutes'
            AS whole),
      view AS (
        SELECT 'all' AS kind, '' AS whose, teams, whole FROM me WHERE $4
        UNION ALL SELECT 'team', team, teams, whole FROM me, unnest(teams) AS team WHERE NOT $4
        UNION ALL SELECT 'owner', $1, teams, whole FROM me
        UNION ALL SELECT 'sharee', $1, teams, whole FROM me),
      part AS (
        SELECT r.team_id, kind, kind IN ('all', 'team') OR NOT ($4 OR r.team_id = ANY (teams)) AS is_seen,
          r.total, r.completed, r.reopened, r.seconds, 0 AS created_24h, 0 AS completed_24h
        FROM view JOIN task_rollup r USING (kind, whose) WHERE r.bucket = '-infinity'
        UNION ALL
        SELECT r.team_id, '', kind IN ('all', 'team') OR NOT ($4 OR r.team_id = ANY (teams)),
          0, 0, 0, 0, r.total, r.completed
        FROM view JOIN task_rollup r USING (kind, whose) WHERE r.bucket >= whole
        UNION ALL
        SELECT '', '', true, 0, 0, 0, 0, CASE WHEN is_completion THEN 0 ELSE n END,
          CASE WHEN is_completion THEN n ELSE 0 END
        FROM me, task_moment m
        WHERE m.at > me.since AND m.at < me.whole
          AND ($4 OR m.owner_id = $1 OR m.team_id = ANY (me.teams) OR $1 = ANY (m.shared_with))
        UNION ALL
        SELECT c.team_id,
          CASE WHEN c.owner_id = $1 THEN 'owner' WHEN $1 = ANY (c.shared_with) THEN 'sharee' END,
          true, sign, CASE WHEN completed_at IS NULL THEN 0 ELSE sign END, sign * reopened,
          sign * coalesce(extract(epoch FROM completed_at - created_at), 0),
          CASE WHEN created_at > me.since THEN sign ELSE 0 END,
          CASE WHEN completed_at > me.since THEN sign ELSE 0 END
        FROM me, task_change c
        WHERE $4 OR c.owner_id = $1 OR c.team_id = ANY (me.teams) OR $1 = ANY (c.shared_with)),
      counted AS (
        SELECT grouping(team_id) AS overall, team_id,
          coalesce(sum(total) FILTER (WHERE is_seen), 0)::bigint AS total,
          coalesce(sum(completed) FILTER (WHERE is_seen), 0)::bigint AS completed,
          coalesce(sum(reopened) FILTER (WHERE is_seen), 0)::bigint AS reopened,
          sum(seconds) FILTER (WHERE is_seen) AS seconds,
          coalesce(sum(created_24h) FILTER (WHERE is_seen), 0)::bigint AS created_last_24h,
          coalesce(sum(completed_24h) FILTER (WHERE is_seen), 0)::bigint AS completed_last_24h,
          coalesce(sum(total) FILTER (WHERE kind = 'owner'), 0)::bigint AS owned,
          coalesce(sum(total) FILTER (WHERE kind = 'sharee'), 0)::bigint AS shared_with_me
        FROM part GROUP BY GROUPING SETS ((), (team_id)))
      SELECT *, round(100.0 * completed / nullif(total, 0), 2) AS completion_rate,
        round(seconds / nullif(completed, 0), 3) AS average_completion_seconds,
        (SELECT count(*) FROM (SELECT FROM task_change LIMIT %d) AS few)::integer AS pending,
        now() AS timestamp
      FROM counted WHERE overall = 1 OR total <> 0"""
          .formatted(TaskFold.THRESHOLD);

  private final Pool pool;
  private final TaskFold fold;

  TaskStatistics(Pool pool, TaskFold fold) {
    this.pool = pool;
    this.fold = fold;
  }

  /** The counts of one team's tasks. */
  record TeamCounts(long total, long pending, long completed) {}

  /**
   * The counts, as clients see them.
   *
   * @param completionRate percentage of completed tasks with two decimals; null without tasks
   * @param reopened the number of times that these tasks were reopened
   * @param averageCompletionSeconds mean time from creation to completion; null without completed
   *     tasks
   * @param byTeam by team id, without tasks that have no team
   * @param sharedWithMe tasks shared with the caller, without the caller's own
   */
  record Counts(
      long total,
      long pending,
      long completed,
      BigDecimal completionRate,
      @JsonProperty("created_last_24h") long createdLast24h,
      @JsonProperty("completed_last_24h") long completedLast24h,
      long reopened,
      BigDecimal averageCompletionSeconds,
      Map<String, TeamCounts> byTeam,
      long owned,
      long sharedWithMe,
      Instant timestamp) {}

  /** Counts the tasks that the caller may see. */
  Future<Counts> of(Principal caller) {
    return of(pool, caller);
  }

  /** The same in a transaction. */
  Future<Counts> of(SqlClient client, Principal caller) {
    var viewer = Viewer.of(caller);
    return client
        .preparedQuery(COUNTS)
        .execute(viewer.tuple().addBoolean(viewer.admin()))
        .onSuccess(rows -> fold.pending(rows.iterator().next().getInteger("pending")))
        .map(TaskStatistics::counts);
  }

  static Counts counts(RowSet<Row> rows) {
    var byTeam = new TreeMap<String, TeamCounts>();
    Row overall = null;
    for (Row row : rows) {
      if (row.getInteger("overall") == 1) overall = row;
      else if (!row.getString("team_id").isEmpty()) byTeam.put(row.getString("team_id"), team(row));
    }
    if (overall == null) throw new IllegalStateException("no row for the whole");
    var whole = team(overall);
    return new Counts(
        whole.total(),
        whole.pending(),
        whole.completed(),
        overall.getBigDecimal("completion_rate"),
        overall.getLong("created_last_24h"),
        overall.getLong("completed_last_24h"),
        overall.getLong("reopened"),
        overall.getBigDecimal("average_completion_seconds"),
        byTeam,
        overall.getLong("owned"),
        overall.getLong("shared_with_me"),
        TaskRow.time(overall, "timestamp"));
  }

  private static TeamCounts team(Row row) {
    long total = row.getLong("total");
    long completed = row.getLong("completed");
    return new TeamCounts(total, total - completed, completed);
  }
}
