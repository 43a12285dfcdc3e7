package dev.boardcast.boards.tasks;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** Reads tasks from rows. */
final class TaskRow {
  /** The columns of a task, for the table alias {@code t}. */
  static final String COLUMNS =
      """
      t.id, t.title, t.description, t.status, t.owner_id, t.team_id, t.shared_with, \
      t.created_at, t.updated_at, t.completed_at, t.version, t.team_reads_only, t.readers, \
      t.due_at, t.priority, t.assignee, t.labels""";

  private TaskRow() {}

  /** The task in a row with {@link #COLUMNS}. */
  static Task task(Row row) {
    return new Task(
        row.getUUID("id"),
        row.getString("title"),
        row.getString("description"),
        TaskStatus.of(row.getString("status")),
        row.getString("owner_id"),
        row.getString("team_id"),
        List.of(row.getArrayOfStrings("shared_with")),
        time(row, "created_at"),
        time(row, "updated_at"),
        time(row, "completed_at"),
        row.getLong("version"),
        SharingLevel.of(row.getBoolean("team_reads_only")),
        List.of(row.getArrayOfStrings("readers")),
        new TaskPlan(
            time(row, "due_at"),
            Priority.of(row.getShort("priority")),
            row.getString("assignee"),
            List.of(row.getArrayOfStrings("labels"))));
  }

  /** The time in a column; null for NULL. */
  static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
