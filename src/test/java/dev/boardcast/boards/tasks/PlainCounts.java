package dev.boardcast.boards.tasks;

import dev.boardcast.boards.tasks.TaskStatistics.Counts;
import dev.boardcast.spi.Principal;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/** The statistics of a caller, counted over every task that the caller may see. */
final class PlainCounts {
  private static final String COUNTS =
      """
      SELECT grouping(t.team_id) AS overall, coalesce(t.team_id, '') AS team_id,
        count(*) AS total,
        count(*) FILTER (WHERE t.status = 'completed') AS completed,
        round(100.0 * count(*) FILTER (WHERE t.status = 'completed') / nullif(count(*), 0), 2)
          AS completion_rate,
        count(*) FILTER (WHERE t.created_at > now() - interval '24 hours') AS created_last_24h,
        count(*) FILTER (WHERE t.completed_at > now() - interval '24 hours') AS completed_last_24h,
        coalesce(sum(t.reopened), 0) AS reopened,
        round(avg(extract(epoch FROM t.completed_at - t.created_at)), 3)
          AS average_completion_seconds,
        count(*) FILTER (WHERE t.owner_id = $1) AS owned,
        count(*) FILTER (WHERE $1 = ANY (t.shared_with) AND t.owner_id <> $1) AS shared_with_me,
        now() AS timestamp
      FROM task t
      WHERE $4 OR t.owner_id = $1 OR $1 = ANY (t.shared_with)
        OR t.team_id = ANY ((SELECT teams_of($1, $2, $3))::text[])
      GROUP BY GROUPING SETS ((), (t.team_id))""";

  private PlainCounts() {}

  static Future<Counts> of(SqlClient client, Principal caller) {
    var viewer = Viewer.of(caller);
    return client
        .preparedQuery(COUNTS)
        .execute(viewer.tuple().addBoolean(viewer.admin()))
        .map(TaskStatistics::counts);
  }
}
