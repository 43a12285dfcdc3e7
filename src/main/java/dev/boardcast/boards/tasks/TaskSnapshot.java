package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The snapshot of the board of tasks: of all tasks there are, not of those that its reader may see,
 * so counts only.
 *
 * @param overdue open tasks that are due
 * @param dueNext24h open tasks that become due within 24 hours
 * @param completionRate percentage of completed tasks with six decimals; null without tasks
 * @param averageCompletionSeconds mean time from creation to completion of those completed in the
 *     last 24 hours; null without any
 * @param byPriority by {@link Priority#text}, and {@code none}; only those of some task
 * @param byAssignee the {@link #MAX_ASSIGNEES} with most open tasks
 */
record TaskSnapshot(
    long total,
    long open,
    long completed,
    long unassigned,
    long overdue,
    @JsonProperty("due_next_24h") long dueNext24h,
    @JsonProperty("created_last_24h") long createdLast24h,
    @JsonProperty("completed_last_24h") long completedLast24h,
    BigDecimal completionRate,
    BigDecimal averageCompletionSeconds,
    Map<String, OfPriority> byPriority,
    Map<String, OfAssignee> byAssignee) {
  /** Most assignees in a snapshot. */
  static final int MAX_ASSIGNEES = 100;

  record OfPriority(long open, long completed, long overdue) {}

  record OfAssignee(long open, long completed) {}

  // Those due at a time are whole days, then whole hours, then the times of that hour.
  private static final String PRIORITIES =
      """
      WITH due AS MATERIALIZED (
        SELECT m.is_now, d.priority, sum(d.open) AS open
        FROM (VALUES (true, $1::timestamptz), (false, $2::timestamptz)) AS m (is_now, moment),
          LATERAL (
            SELECT priority, open FROM task_board_due
            WHERE grain = 2 AND at < date_trunc('day', m.moment, 'UTC')
            UNION ALL
            SELECT priority, open FROM task_board_due
            WHERE grain = 1 AND at >= date_trunc('day', m.moment, 'UTC')
              AND at < date_trunc('hour', m.moment, 'UTC')
            UNION ALL
            SELECT priority, open FROM task_board_due
            WHERE grain = 0 AND at >= date_trunc('hour', m.moment, 'UTC') AND at <= m.moment) AS d
        GROUP BY 1, 2)
      SELECT p.priority, p.open, p.completed, p.unassigned,
        coalesce((SELECT open FROM due d WHERE d.is_now AND d.priority = p.priority), 0)::bigint
          AS overdue,
        coalesce((SELECT open FROM due d WHERE NOT d.is_now AND d.priority = p.priority), 0)::bigint
          AS due_by_then
      FROM task_board_priority p ORDER BY p.priority DESC""";
  private static final String RECENT =
      """
      SELECT (SELECT coalesce(sum(tasks), 0)::bigint FROM task_board_created WHERE bucket >= $1)
          AS created,
        coalesce(sum(tasks), 0)::bigint AS completed,
        round(sum(seconds) / nullif(sum(tasks), 0), 3) AS average
      FROM task_board_completed WHERE bucket >= $1""";
  private static final String ASSIGNEES =
      """
      SELECT assignee, open, completed FROM task_board_assignee
      ORDER BY open DESC, assignee LIMIT %d"""
          .formatted(MAX_ASSIGNEES);
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int DECIMALS = 6;

  /** Reads the snapshot as of a time. */
  static Future<RawJson> read(SqlClient tx, Instant now) {
    var priorities =
        tx.preparedQuery(PRIORITIES)
            .execute(
                Tuple.of(
                    now.atOffset(ZoneOffset.UTC),
                    now.plus(TaskWindow.LENGTH).atOffset(ZoneOffset.UTC)));
    var recent =
        tx.preparedQuery(RECENT).execute(Tuple.of(TaskWindow.begin(now).atOffset(ZoneOffset.UTC)));
    var assignees = tx.query(ASSIGNEES).execute();
    return Future.all(priorities, recent, assignees)
        .map(
            read ->
                RawJson.encode(
                    of(
                        priorities.result(),
                        recent.result().iterator().next(),
                        assignees.result())));
  }

  private static TaskSnapshot of(Iterable<Row> priorities, Row recent, Iterable<Row> assignees) {
    long open = 0;
    long completed = 0;
    long unassigned = 0;
    long overdue = 0;
    long dueByThen = 0;
    var byPriority = new LinkedHashMap<String, OfPriority>();
    for (Row row : priorities) {
      open += row.getLong("open");
      completed += row.getLong("completed");
      unassigned += row.getLong("unassigned");
      overdue += row.getLong("overdue");
      dueByThen += row.getLong("due_by_then");
      Priority priority = Priority.of(row.getShort("priority"));
      byPriority.put(
          priority == null ? "none" : priority.text(),
          new OfPriority(row.getLong("open"), row.getLong("completed"), row.getLong("overdue")));
    }
    var byAssignee = new LinkedHashMap<String, OfAssignee>();
    for (Row row : assignees) {
      byAssignee.put(
          row.getString("assignee"), new OfAssignee(row.getLong("open"), row.getLong("completed")));
    }
    return new TaskSnapshot(
        open + completed,
        open,
        completed,
        unassigned,
        overdue,
        dueByThen - overdue,
        recent.getLong("created"),
        recent.getLong("completed"),
        percent(completed, open + completed),
        recent.getBigDecimal("average"),
        byPriority,
        byAssignee);
  }

  private static BigDecimal percent(long part, long whole) {
    if (whole == 0) return null;
    return HUNDRED
        .multiply(BigDecimal.valueOf(part))
        .divide(BigDecimal.valueOf(whole), DECIMALS, RoundingMode.HALF_UP);
  }
}
