package dev.boardcast.board.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.auth.Principal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Counts over the tasks that a caller sees, exact as of one statement. Thread safe. */
public final class TaskStatistics {
  private static final String COUNTS =
      """
      SELECT grouping(t.team_id) AS overall, t.team_id,
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
      FROM task t WHERE %s
      GROUP BY GROUPING SETS ((), (t.team_id))""";
  static final String SEEN =
      COUNTS.formatted(
          """
          t.owner_id = $1 OR t.team_id = ANY (%s)
          OR (t.shared_with <> '{}' AND t.shared_with @> ARRAY[$1]::text[])"""
              .formatted(Viewer.TEAMS));
  private static final String ALL =
      COUNTS.formatted("$2::text[] IS NOT NULL AND $3::timestamptz IS NOT NULL");

  private final Pool pool;

  public TaskStatistics(Pool pool) {
    this.pool = pool;
  }

  /** One team's share. */
  public record TeamCounts(long total, long pending, long completed) {}

  /**
   * The numbers.
   *
   * @param completionRate completed of all, percent with two decimals; null without tasks
   * @param reopened how often these tasks were reopened
   * @param averageCompletionSeconds from creation to completion of those that are completed; null
   *     without
   * @param byTeam tasks without a team are in none
   * @param sharedWithMe without those the caller owns
   */
  public record Counts(
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

  /** Counts what the caller sees. */
  Future<Counts> of(Principal caller) {
    var viewer = Viewer.of(caller);
    return pool.preparedQuery(viewer.admin() ? ALL : SEEN)
        .execute(viewer.tuple())
        .map(TaskStatistics::counts);
  }

  private static Counts counts(RowSet<Row> rows) {
    var byTeam = new TreeMap<String, TeamCounts>();
    Row overall = null;
    for (Row row : rows) {
      if (row.getInteger("overall") == 1) overall = row;
      else if (row.getString("team_id") != null) byTeam.put(row.getString("team_id"), team(row));
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
