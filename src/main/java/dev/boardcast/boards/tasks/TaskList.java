package dev.boardcast.boards.tasks;

import dev.boardcast.boards.tasks.TaskFilter.Scope;
import dev.boardcast.boards.tasks.TaskSort.Part;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
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
      (SELECT t.* FROM task t
       WHERE %s AND %s AND %s
         AND ($6::text IS NULL OR t.status = $6) AND ($7::text IS NULL OR t.team_id = $7)
         AND ($9::text IS NULL OR t.assignee = $9) AND (NOT $10 OR t.assignee IS NULL)
         AND ($11::text IS NULL OR $11 = ANY (t.labels))
         AND ($12::smallint IS NULL OR t.priority = $12)
         AND ($13::timestamptz IS NULL OR t.due_at >= $13)
         AND ($14::timestamptz IS NULL OR t.due_at < $14)
         AND (NOT $15 OR t.status = 'pending' AND t.due_at <= now())
       ORDER BY %s LIMIT $8)""";
  // Evaluated once: a page that the first part fills reads nothing of the second.
  private static final String UNLESS_FULL = "(SELECT count(*) FROM first) < $8";
  private static final String OWNED = "t.owner_id = $1";
  private static final String SHARED =
      "t.shared_with <> '{}' AND t.shared_with @> ARRAY[$1]::text[]";
  private static final String OF_TEAMS =
      """
      (SELECT t.* FROM unnest(%s) AS mine (team),
        LATERAL %%s AS t)"""
          .formatted(Viewer.TEAMS);
  // Few tasks are assigned to one user: those that the caller sees are picked out of them.
  private static final String ASSIGNED =
      """
      t.assignee = $9 AND (%s OR t.owner_id = $1 OR $1 = ANY (t.shared_with)
                           OR t.team_id = ANY (%s))""";

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

  /** Lists tasks in the order of the filter. */
  Future<Page<Task>> page(Principal caller, TaskFilter filter) {
    var viewer = Viewer.of(caller);
    var planned = filter.planned();
    var seek = filter.sort().seek(filter.page().after());
    var parts = planned.isDue() ? filter.sort().partsOfDue() : filter.sort().parts();
    String sql =
        sql(viewer.admin(), filter.scope(), filter.sort(), parts, planned.assignee().isPresent());
    return pool.preparedQuery(sql)
        .execute(
            viewer
                .tuple()
                .addOffsetDateTime(seek.lastTime())
                .addUUID(seek.lastId())
                .addString(filter.status().map(TaskStatus::stored).orElse(null))
                .addString(filter.teamId().orElse(null))
                .addInteger(filter.page().rows())
                .addString(planned.assignee().orElse(null))
                .addBoolean(planned.unassigned())
                .addString(planned.label().orElse(null))
                .addShort(planned.priority().orElse(null))
                .addOffsetDateTime(planned.dueAfter().map(TaskList::utc).orElse(null))
                .addOffsetDateTime(planned.dueBefore().map(TaskList::utc).orElse(null))
                .addBoolean(planned.overdue())
                .addOffsetDateTime(seek.time())
                .addUUID(seek.id())
                .addShort(seek.priority()))
        .map(rows -> filter.page().page(rows, TaskRow::task, filter.sort()::cursor));
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  /**
   * The statement of a list.
   *
   * @param parts those of the order that are wanted
   * @param isAssigned whether only tasks of one assignee are wanted
   */
  static String sql(
      boolean admin, Scope scope, TaskSort sort, List<Part> parts, boolean isAssigned) {
    // Declares the types of parameters that a statement does not use.
    return """
        WITH asks AS (SELECT $1::text, $2::text[], $3::timestamptz, $4::timestamptz, $5::uuid,
                             $10::boolean, $15::boolean, $16::timestamptz, $17::uuid,
                             $18::smallint),
        first AS MATERIALIZED (%s)
        SELECT %s FROM (%s) AS t
        ORDER BY %s LIMIT $8"""
        .formatted(
            part(admin, scope, parts.get(0), "true", isAssigned),
            TaskRow.COLUMNS,
            parts.size() == 1
                ? "TABLE first"
                : "TABLE first UNION ALL "
                    + part(admin, scope, parts.get(1), UNLESS_FULL, isAssigned),
            sort.order());
  }

  /** A part of the order, of which each task is there once. */
  private static String part(
      boolean admin, Scope scope, Part part, String condition, boolean isAssigned) {
    String branches =
        switch (scope) {
          case OWNED -> branch(OWNED, part, condition);
          case SHARED -> branch(SHARED, part, condition);
          case ANY -> ofAny(admin, part, condition, isAssigned);
        };
    return "(SELECT DISTINCT ON (t.id) t.* FROM (%s) AS t ORDER BY t.id)".formatted(branches);
  }

  private static String ofAny(boolean admin, Part part, String condition, boolean isAssigned) {
    if (isAssigned) return branch(ASSIGNED.formatted(admin, Viewer.TEAMS), part, condition);
    if (admin) return branch("true", part, condition);
    return String.join(
        " UNION ALL ",
        branch(OWNED, part, condition),
        OF_TEAMS.formatted(branch("t.team_id = mine.team", part, condition)),
        branch(SHARED, part, condition));
  }

  private static String branch(String seen, Part part, String condition) {
    return BRANCH.formatted(seen, part.seek(), condition, part.order());
  }
}
