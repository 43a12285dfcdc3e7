package dev.boardcast.boards.tasks;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/** A comment on a task, as clients see it. It is not edited. */
record Comment(UUID id, UUID taskId, String author, String text, Instant createdAt) {
  static final String COLUMNS = "c.id, c.task_id, c.author, c.text, c.created_at";

  /** The comment in a row with {@link #COLUMNS}. */
  static Comment of(Row row) {
    return new Comment(
        row.getUUID("id"),
        row.getUUID("task_id"),
        row.getString("author"),
        row.getString("text"),
        TaskRow.time(row, "created_at"));
  }
}
