package dev.boardcast.boards.tasks;

import java.util.List;

/**
 * SQL that adds new rows of {@code task_fact} to the rollups of {@link TaskBoard}; {@code $1} is
 * the watermark. What sums to nothing has no row, so rows depend on the facts alone.
 */
final class TaskBoardFold {
  private static final String CREATED =
      """
      MERGE INTO task_board_created AS r USING (
        SELECT date_bin('15 minutes', created_at, 'epoch') AS bucket, sum(sign) AS tasks
        FROM task_fact WHERE is_fresh(tx, $1) GROUP BY 1 HAVING sum(sign) <> 0) AS f
      ON r.bucket = f.bucket
      WHEN MATCHED AND r.tasks = -f.tasks THEN DELETE
      WHEN MATCHED THEN UPDATE SET tasks = r.tasks + f.tasks
      WHEN NOT MATCHED THEN INSERT VALUES (f.bucket, f.tasks)""";
  private static final String COMPLETED =
      """
      MERGE INTO task_board_completed AS r USING (
        SELECT date_bin('15 minutes', completed_at, 'epoch') AS bucket, sum(sign) AS tasks,
          sum(sign * extract(epoch FROM completed_at - created_at)) AS seconds
        FROM task_fact WHERE is_fresh(tx, $1) AND completed_at IS NOT NULL GROUP BY 1
        HAVING (sum(sign), sum(sign * extract(epoch FROM completed_at - created_at))) <> (0, 0))
        AS f
      ON r.bucket = f.bucket
      WHEN MATCHED AND (r.tasks, r.seconds) = (-f.tasks, -f.seconds) THEN DELETE
      WHEN MATCHED THEN UPDATE SET tasks = r.tasks + f.tasks, seconds = r.seconds + f.seconds
      WHEN NOT MATCHED THEN INSERT VALUES (f.bucket, f.tasks, f.seconds)""";
  private static final String PRIORITIES =
      """
      MERGE INTO task_board_priority AS r USING (
        SELECT priority,
          coalesce(sum(sign) FILTER (WHERE completed_at IS NULL), 0) AS open,
          coalesce(sum(sign) FILTER (WHERE completed_at IS NOT NULL), 0) AS completed,
          coalesce(sum(sign) FILTER (WHERE completed_at IS NULL AND assignee IS NULL), 0)
            AS unassigned
        FROM task_fact WHERE is_fresh(tx, $1) GROUP BY 1) AS f
      ON r.priority = f.priority
      WHEN MATCHED AND (r.open, r.completed, r.unassigned)
                     = (-f.open, -f.completed, -f.unassigned) THEN DELETE
      WHEN MATCHED THEN UPDATE SET open = r.open + f.open, completed = r.completed + f.completed,
                                   unassigned = r.unassigned + f.unassigned
      WHEN NOT MATCHED AND (f.open, f.completed, f.unassigned) <> (0, 0, 0) THEN
        INSERT VALUES (f.priority, f.open, f.completed, f.unassigned)""";
  private static final String DUE =
      """
      MERGE INTO task_board_due AS r USING (
        SELECT g.grain, CASE g.grain WHEN 0 THEN due_at
                                     WHEN 1 THEN date_trunc('hour', due_at, 'UTC')
                                     ELSE date_trunc('day', due_at, 'UTC') END AS at,
          priority, sum(sign) AS open
        FROM task_fact CROSS JOIN (VALUES (0::smallint), (1::smallint), (2::smallint)) AS g (grain)
        WHERE is_fresh(tx, $1) AND due_at IS NOT NULL AND completed_at IS NULL
        GROUP BY 1, 2, 3 HAVING sum(sign) <> 0) AS f
      ON (r.grain, r.at, r.priority) = (f.grain, f.at, f.priority)
      WHEN MATCHED AND r.open = -f.open THEN DELETE
      WHEN MATCHED THEN UPDATE SET open = r.open + f.open
      WHEN NOT MATCHED THEN INSERT VALUES (f.grain, f.at, f.priority, f.open)""";
  private static final String ASSIGNEES =
      """
      MERGE INTO task_board_assignee AS r USING (
        SELECT assignee,
          coalesce(sum(sign) FILTER (WHERE completed_at IS NULL), 0) AS open,
          coalesce(sum(sign) FILTER (WHERE completed_at IS NOT NULL), 0) AS completed
        FROM task_fact WHERE is_fresh(tx, $1) AND assignee IS NOT NULL GROUP BY 1) AS f
      ON r.assignee = f.assignee
      WHEN MATCHED AND (r.open, r.completed) = (-f.open, -f.completed) THEN DELETE
      WHEN MATCHED THEN UPDATE SET open = r.open + f.open, completed = r.completed + f.completed
      WHEN NOT MATCHED AND (f.open, f.completed) <> (0, 0) THEN
        INSERT VALUES (f.assignee, f.open, f.completed)""";

  static final List<String> STATEMENTS = List.of(CREATED, COMPLETED, PRIORITIES, DUE, ASSIGNEES);
  static final List<String> ROLLUPS =
      List.of(
          "task_board_created",
          "task_board_completed",
          "task_board_priority",
          "task_board_due",
          "task_board_assignee");

  private TaskBoardFold() {}
}
