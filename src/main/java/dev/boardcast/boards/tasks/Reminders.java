package dev.boardcast.boards.tasks;

import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Notices;
import dev.boardcast.spi.Notices.Notice;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells the assignee of a task, or its owner without one, that it is due soon and that it is
 * overdue. Runs in the fold of {@link TaskBoard}: what is still to be told is a row, which is
 * removed with the event and the messages written, so each is told once, whichever node folds.
 * Thread safe.
 */
final class Reminders {
  /** Most reminders of a kind in one fold; the next fold tells more. */
  static final int BATCH = 200;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  // Of one who has left the team since, the owner is told. Rows that a writer has locked are told,
  // or not, once it has committed.
  private static final String TAKE =
      """
      WITH due AS (
        DELETE FROM task_reminder r USING (
          SELECT task_id, kind FROM task_reminder WHERE kind = $1 AND due_at <= $2
          ORDER BY due_at LIMIT %d FOR UPDATE SKIP LOCKED) AS d
        WHERE (r.task_id, r.kind) = (d.task_id, d.kind)
        RETURNING r.task_id, r.due_at)
      SELECT %s,
        CASE WHEN t.assignee IS NULL THEN t.owner_id
             WHEN t.assignee = t.owner_id OR t.assignee = ANY (t.shared_with) THEN t.assignee
             WHEN t.team_id IS NULL THEN t.owner_id
             WHEN EXISTS (SELECT FROM team_member m
                          WHERE m.user_id = t.assignee AND m.team_id = t.team_id
                            AND m.removed_at IS NOT NULL) THEN t.owner_id
             ELSE t.assignee END AS recipient
      FROM due JOIN task t ON t.id = due.task_id ORDER BY due.due_at, t.id"""
          .formatted(BATCH, TaskRow.COLUMNS);
  private static final String NEXT =
      """
      SELECT (SELECT min(due_at) FROM task_reminder WHERE kind = 'soon') AS soon,
        (SELECT min(due_at) FROM task_reminder WHERE kind = 'overdue') AS overdue""";

  private final EventPublisher events;
  private final Notices notices;
  private final TasksConfig config;

  /**
   * @param notices also tells what is told, by the channels that the settings name
   */
  Reminders(EventPublisher events, Notices notices, TasksConfig config) {
    this.events = events;
    this.notices = notices;
    this.config = config;
  }

  /** Tells what is due at a time, in the caller's transaction. */
  Future<Void> tell(SqlClient tx, Instant now) {
    return take(tx, "soon", now.plus(config.dueSoon()))
        .compose(
            soon -> take(tx, "overdue", now).compose(overdue -> append(tx, soon, overdue, now)));
  }

  private static Future<RowSet<Row>> take(SqlClient tx, String kind, Instant until) {
    return tx.preparedQuery(TAKE).execute(Tuple.of(kind, until.atOffset(ZoneOffset.UTC)));
  }

  private Future<Void> append(
      SqlClient tx, Iterable<Row> soon, Iterable<Row> overdue, Instant now) {
    var told = new ArrayList<NewEvent>();
    var messages = new ArrayList<Notice>();
    for (Row row : soon) {
      Task task = TaskRow.task(row);
      // A task that is overdue at once is not due soon.
      if (task.plan().dueAt().isAfter(now)) {
        add(TaskEvents.DUE_SOON, task, row.getString("recipient"), now, told, messages);
      }
    }
    for (Row row : overdue) {
      Task task = TaskRow.task(row);
      add(TaskEvents.OVERDUE, task, row.getString("recipient"), now, told, messages);
    }
    return events.append(tx, told).compose(done -> notices.append(tx, messages));
  }

  private void add(
      String type,
      Task task,
      String recipient,
      Instant now,
      List<NewEvent> told,
      List<Notice> messages) {
    var event = TaskEvents.reminder(type, task, recipient, now);
    told.add(event);
    String what = type.equals(TaskEvents.OVERDUE) ? "is overdue since" : "is due at";
    String text =
        "Task \"%s\" of %s %s %s"
            .formatted(
                task.title(), recipient, what, dev.boardcast.spi.Json.time(task.plan().dueAt()));
    messages.add(new Notice(event.id(), type, text, event.data(), now, config.reminderChannels()));
  }

  /** When the next reminder is due, after {@code now}. */
  Future<Optional<Instant>> next(SqlClient tx, Instant now) {
    return tx.query(NEXT)
        .execute()
        .map(
            rows -> {
              Row row = rows.iterator().next();
              var soon = Optional.ofNullable(TaskRow.time(row, "soon"));
              return Stream.of(
                      soon.map(due -> due.minus(config.dueSoon())),
                      Optional.ofNullable(TaskRow.time(row, "overdue")))
                  .flatMap(Optional::stream)
                  .min(Instant::compareTo)
                  .map(at -> at.isAfter(now) ? at : now.plus(AGAIN));
            });
  }
}
