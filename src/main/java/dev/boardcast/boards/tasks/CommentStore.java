package dev.boardcast.boards.tasks;

import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * Reads and writes comments of tasks. The task's row is locked first, so that a task has at most
 * {@link #MAX} and its events have the order of its comments. The task itself does not change: who
 * edits it meanwhile loses no race to a comment. Thread safe.
 */
final class CommentStore {
  /** Most comments of a task. */
  static final int MAX = 1000;

  private static final String PAGE =
      """
      SELECT %s FROM task_comment c
      WHERE c.task_id = $1 AND (c.created_at, c.id) > ($2, $3)
      ORDER BY c.created_at, c.id LIMIT $4"""
          .formatted(Comment.COLUMNS);
  // Later than the comment before it, though clocks may be set back.
  private static final String INSERT =
      """
      INSERT INTO task_comment AS c (id, task_id, author, text, created_at)
      SELECT $1, $2, $3, $4,
               greatest(clock_timestamp(), max(o.created_at) + interval '1 millisecond')
      FROM task_comment o WHERE o.task_id = $2 HAVING count(*) < %d
      ON CONFLICT (id) DO NOTHING
      RETURNING %s"""
          .formatted(MAX, Comment.COLUMNS);
  private static final String FIND =
      "SELECT %s FROM task_comment c WHERE c.id = $1".formatted(Comment.COLUMNS);
  private static final String DELETE =
      "DELETE FROM task_comment WHERE id = $1 RETURNING clock_timestamp() AS at";

  private final TaskStore tasks;
  private final EventPublisher events;

  CommentStore(TaskStore tasks, EventPublisher events) {
    this.tasks = tasks;
    this.events = events;
  }

  /**
   * The result of a change.
   *
   * @param isNew false when the same comment was there before
   * @param events the events that were appended
   */
  record Commented(Comment comment, boolean isNew, List<NewEvent> events) {}

  /** Lists comments of a task that the caller may see, the oldest first. */
  Future<Page<Comment>> page(SqlClient client, UUID task, Page.Request page) {
    return client
        .preparedQuery(PAGE)
        .execute(
            Tuple.of(task, page.after().at().atOffset(ZoneOffset.UTC))
                .addUUID(UUID.fromString(page.after().key()))
                .addInteger(page.rows()))
        .map(rows -> page.page(rows, Comment::of, CommentStore::cursor));
  }

  private static Page.Cursor cursor(Comment comment) {
    return new Page.Cursor(comment.createdAt(), comment.id().toString());
  }

  /**
   * Adds a comment.
   *
   * @return fails with 404 when the caller may not see the task, 403 when he may only read it, 409
   *     when the id is taken or the task has as many comments as it may
   */
  Future<Commented> add(SqlClient tx, Principal caller, UUID task, NewComment wanted) {
    UUID id = wanted.id() == null ? UUID.randomUUID() : wanted.id();
    return tasks
        .lock(tx, caller, task)
        .compose(
            locked -> {
              TaskChange.requireEditor(locked.task(), locked.access());
              return tx.preparedQuery(INSERT)
                  .execute(Tuple.of(id, task, caller.user(), wanted.text()))
                  .compose(
                      rows ->
                          rows.size() == 0
                              ? repeated(tx, caller, task, id, wanted)
                              : added(tx, locked.task(), Comment.of(rows.iterator().next())));
            });
  }

  private Future<Commented> added(SqlClient tx, Task task, Comment comment) {
    var event = List.of(TaskEvents.commented(task, comment));
    return events.append(tx, event).map(new Commented(comment, true, event));
  }

  private static Future<Commented> repeated(
      SqlClient tx, Principal caller, UUID task, UUID id, NewComment wanted) {
    return find(tx, id)
        .map(
            found -> {
              if (found == null) {
                throw Problem.of(
                    409,
                    "Too many comments",
                    new FieldError("text", "none: a task has at most " + MAX + " comments"));
              }
              boolean isSame =
                  found.taskId().equals(task)
                      && found.author().equals(caller.user())
                      && found.text().equals(wanted.text());
              if (isSame) return new Commented(found, false, List.of());
              throw Problem.of(
                  409, "Already there", new FieldError("id", "another, because this one is taken"));
            });
  }

  /**
   * Deletes a comment: by its author while he may edit the task, by the task's owner, or an admin.
   *
   * @return fails with 404 when the caller may not see the task, or it has no such comment
   */
  Future<List<NewEvent>> delete(SqlClient tx, Principal caller, UUID task, UUID id) {
    return tasks
        .lock(tx, caller, task)
        .compose(locked -> find(tx, id).compose(found -> delete(tx, locked, found, id)));
  }

  private Future<List<NewEvent>> delete(
      SqlClient tx, TaskStore.Locked locked, Comment found, UUID id) {
    Task task = locked.task();
    if (found == null || !found.taskId().equals(task.id())) {
      throw Problem.notFound("comment " + id);
    }
    String user = locked.access().user();
    boolean isOwn = found.author().equals(user) && locked.access().edits(task);
    if (!isOwn && !locked.access().manages(task)) {
      throw Problem.forbidden(
          "only its author, the owner of the task or an admin deletes a comment");
    }
    return tx.preparedQuery(DELETE)
        .execute(Tuple.of(id))
        .map(rows -> TaskRow.time(rows.iterator().next(), "at"))
        .map(at -> List.of(TaskEvents.commentDeleted(user, task, found, at)))
        .compose(deleted -> events.append(tx, deleted).map(deleted));
  }

  private static Future<Comment> find(SqlClient tx, UUID id) {
    return tx.preparedQuery(FIND)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              for (Row row : rows) return Comment.of(row);
              return null;
            });
  }
}
