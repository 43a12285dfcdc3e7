package dev.boardcast.boards.tasks;

import dev.boardcast.boards.tasks.TaskFilter.Scope;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.ZoneOffset;
import java.util.UUID;

/** Reads tasks that a caller may see, each read by one statement. Thread safe. */
final class TaskList {
  private static final String FIND =
      """
      SELECT %s FROM task t
      WHERE t.id = $4 AND ($5 OR t.owner_id = $1 OR $1 = ANY (t.shared_with)
                           OR t.team_id = ANY (%s))"""
          .formatted(TaskRow.COLUMNS, Viewer.TEAMS);

  // Each branch reads at most one page from one index; the result is merged from the branches.
  private static final String BRANCH =
      """
      (SELECT t.* FROM %s
       WHERE %s AND (t.created_at, t.id) < ($4, $5)
         AND ($6::text IS NULL OR t.status = $6) AND ($7::text IS NULL OR t.team_id = $7)
       ORDER BY t.created_at DESC, t.id DESC LIMIT $8)""";
  private static final String OWNED = BRANCH.formatted("task t", "t.owner_id = $1");
  private static final String SHARED =
      BRANCH.formatted("task t", "t.shared_with <> '{}' AND t.shared_with @> ARRAY[$1]::text[]");
  private static final String OF_TEAMS =
      """
      (SELECT t.* FROM unnest(%s) AS mine (team),
        LATERAL %s AS t)"""
          .formatted(Viewer.TEAMS, BRANCH.formatted("task t", "t.team_id = mine.team"));
  private static final String ALL = BRANCH.formatted("task t", "true");

  private final Pool pool;

  TaskList(Pool pool) {
    this.pool = pool;
  }

  /** Finds a task; fails with 404 when the caller may not see it. */
  Future<Task> find(Principal caller, UUID id) {
    var viewer = Viewer.of(caller);
    return pool.preparedQuery(FIND)
        .execute(viewer.tuple().addUUID(id).addBoolean(viewer.admin()))
        .map(
            rows -> {
              if (rows.size() == 0) throw Problem.notFound("task " + id);
              return TaskRow.task(rows.iterator().next());
            });
  }

  /** Lists tasks, the newest first. */
  Future<Page<Task>> page(Principal caller, TaskFilter filter) {
    var viewer = Viewer.of(caller);
    return pool.preparedQuery(sql(viewer.admin(), filter.scope()))
        .execute(
            viewer
                .tuple()
                .addOffsetDateTime(filter.page().after().at().atOffset(ZoneOffset.UTC))
                .addUUID(UUID.fromString(filter.page().after().key()))
                .addString(filter.status().map(TaskStatus::stored).orElse(null))
                .addString(filter.teamId().orElse(null))
                .addInteger(filter.page().rows()))
        .map(rows -> filter.page().page(rows, TaskRow::task, TaskList::cursor));
  }

  private static Page.Cursor cursor(Task task) {
    return new Page.Cursor(task.createdAt(), task.id().toString());
  }

  static String sql(boolean admin, Scope scope) {
    String branches =
        switch (scope) {
          case OWNED -> OWNED;
          case SHARED -> SHARED;
          case ANY -> admin ? ALL : String.join(" UNION ALL ", OWNED, OF_TEAMS, SHARED);
        };
    // Declares the types of parameters that a scope does not use.
    return """
        WITH asks AS (SELECT $1::text, $2::text[], $3::timestamptz)
        SELECT DISTINCT ON (t.created_at, t.id) %s FROM (%s) AS t
        ORDER BY t.created_at DESC, t.id DESC LIMIT $8"""
        .formatted(TaskRow.COLUMNS, branches);
  }
}
