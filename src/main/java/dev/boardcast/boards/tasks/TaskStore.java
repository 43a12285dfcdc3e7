package dev.boardcast.boards.tasks;

import dev.boardcast.spi.EntityTags;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Changes single tasks, each with its events in the caller's transaction. The task's row is locked
 * before events are appended, so that events have the order of the changes. Thread safe.
 */
final class TaskStore {
  private static final String LOCK =
      """
      WITH mine AS MATERIALIZED (SELECT teams_of($1, $2, $3) AS teams)
      SELECT %s, mine.teams FROM task t, mine
      WHERE t.id = $4 AND ($5 OR t.owner_id = $1 OR $1 = ANY (t.shared_with)
                           OR t.team_id = ANY (mine.teams))
      FOR UPDATE OF t"""
          .formatted(TaskRow.COLUMNS);
  private static final String UPDATE =
      """
      UPDATE task t
      SET title = $2, description = $3, owner_id = $4, team_id = $5, shared_with = $6, status = $7,
          completed_at = CASE WHEN $7 = 'completed'
                              THEN coalesce(completed_at, greatest(clock_timestamp(), created_at))
                         END,
          reopened = reopened + CASE WHEN status = 'completed' AND $7 = 'pending' THEN 1 ELSE 0 END,
          updated_at = greatest(clock_timestamp(), updated_at),
          version = version + 1, team_reads_only = $8, readers = $9, due_at = $10, priority = $11,
          assignee = $12, labels = $13
      WHERE id = $1
      RETURNING %s"""
          .formatted(TaskRow.COLUMNS);
  private static final String DELETE =
      "DELETE FROM task WHERE id = $1 RETURNING clock_timestamp() AS at";

  private final EventPublisher events;

  TaskStore(EventPublisher events) {
    this.events = events;
  }

  /**
   * The result of a change.
   *
   * @param task the task after the change
   * @param events the events that were appended; empty if nothing changed
   */
  record Changed(Task task, List<NewEvent> events) {}

  /** A locked task, and what the caller may do with it. */
  record Locked(Task task, TaskAccess access) {}

  /**
   * Changes a task.
   *
   * @return fails with 404 when the caller may not see the task, 412 when {@code ifMatch} does not
   *     match, or as the change throws
   */
  Future<Changed> change(
      SqlClient tx, Principal caller, UUID id, Optional<EntityTags> ifMatch, TaskChange change) {
    return lock(tx, caller, id)
        .compose(
            locked -> {
              Task now = locked.task();
              var next = change.apply(now, locked.access());
              check(ifMatch, now);
              return Assignee.settle(tx, locked.access(), now, next.task())
                  .compose(
                      wanted ->
                          wanted.equals(now)
                              ? Future.succeededFuture(new Changed(now, List.of()))
                              : write(tx, caller, now, next.event(), wanted));
            });
  }

  /** Deletes a task, as the owner or an admin only. Otherwise as {@link #change}. */
  Future<Changed> delete(SqlClient tx, Principal caller, UUID id, Optional<EntityTags> ifMatch) {
    return lock(tx, caller, id)
        .compose(
            locked -> {
              Task now = locked.task();
              if (!locked.access().manages(now)) {
                throw Problem.forbidden("only the owner or an admin deletes a task");
              }
              check(ifMatch, now);
              return tx.preparedQuery(DELETE)
                  .execute(Tuple.of(id))
                  .map(rows -> TaskRow.time(rows.iterator().next(), "at"))
                  .map(at -> List.of(TaskEvents.deleted(caller.user(), now, at)))
                  .compose(deleted -> events.append(tx, deleted).map(new Changed(now, deleted)));
            });
  }

  /** Locks a task, so that its comments keep the order of its events. */
  Future<Locked> lock(SqlClient tx, Principal caller, UUID id) {
    var viewer = Viewer.of(caller);
    return tx.preparedQuery(LOCK)
        .execute(viewer.tuple().addUUID(id).addBoolean(viewer.admin()))
        .map(
            rows -> {
              if (rows.size() == 0) throw Problem.notFound("task " + id);
              Row row = rows.iterator().next();
              var teams = Set.of(row.getArrayOfStrings("teams"));
              return new Locked(
                  TaskRow.task(row), new TaskAccess(viewer.user(), teams, viewer.admin()));
            });
  }

  private static void check(Optional<EntityTags> ifMatch, Task now) {
    ifMatch
        .filter(tags -> !tags.matchesStrongly(now.etag()))
        .ifPresent(
            tags -> {
              throw tags.failed(now.etag());
            });
  }

  private static Tuple values(Task wanted) {
    TaskPlan plan = wanted.plan();
    return Tuple.of(
            wanted.id(),
            wanted.title(),
            wanted.description(),
            wanted.ownerId(),
            wanted.teamId(),
            wanted.sharedWith().toArray(String[]::new))
        .addString(wanted.status().stored())
        .addBoolean(wanted.teamAccess() == SharingLevel.READ)
        .addArrayOfString(wanted.readers().toArray(String[]::new))
        .addOffsetDateTime(plan.dueAt() == null ? null : plan.dueAt().atOffset(ZoneOffset.UTC))
        .addShort(Priority.stored(plan.priority()))
        .addString(plan.assignee())
        .addArrayOfString(plan.labels().toArray(String[]::new));
  }

  private Future<Changed> write(
      SqlClient tx, Principal caller, Task before, String event, Task wanted) {
    return tx.preparedQuery(UPDATE)
        .execute(values(wanted))
        .map(rows -> TaskRow.task(rows.iterator().next()))
        .compose(
            after -> {
              var changed = TaskEvents.changed(event, caller.user(), before, after);
              return events.append(tx, changed).map(new Changed(after, changed));
            });
  }
}
