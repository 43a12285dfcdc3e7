package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Objects;

/**
 * Who may be the assignee of a task: the owner, a user with whom it is shared, the caller if he
 * sees it, and, for callers who use its team, a stored member of that. To be assigned gives nobody
 * access.
 */
final class Assignee {
  static final String TEXT =
      "the task's owner, a user with whom it is shared, or a stored member of its team";

  private static final String IS_MEMBER =
      """
      SELECT EXISTS (SELECT FROM team_member
                     WHERE user_id = $1 AND team_id = $2 AND removed_at IS NULL)""";

  private Assignee() {}

  /**
   * The wanted task with an assignee who sees it: one who no longer does, since the task is moved,
   * handed over or withdrawn, is not assigned any more.
   *
   * @return fails with 409 when the caller assigns it to somebody else
   */
  static Future<Task> settle(SqlClient tx, TaskAccess caller, Task before, Task wanted) {
    String user = wanted.plan().assignee();
    boolean isNew = !Objects.equals(user, before.plan().assignee());
    if (user == null || !isNew && !mayBeLost(user, before, wanted)) {
      return Future.succeededFuture(wanted);
    }
    if (isSeenBy(user, wanted) || caller.user().equals(user) && caller.sees(wanted)) {
      return Future.succeededFuture(wanted);
    }
    // Who does not use the team does not learn by this who is in it.
    if (isNew && !caller.mayUse(wanted.teamId())) throw refused();
    return isMember(tx, user, wanted.teamId())
        .map(
            member -> {
              if (member) return wanted;
              if (isNew) throw refused();
              return wanted.planned(wanted.plan().assignedTo(null));
            });
  }

  /** 409 for an assignee who does not see the task. */
  static Problem refused() {
    return Problem.of(409, "Not on the task", new FieldError("assignee", TEXT));
  }

  private static boolean isSeenBy(String user, Task task) {
    return task.ownerId().equals(user) || task.sharedWith().contains(user);
  }

  private static boolean mayBeLost(String user, Task before, Task wanted) {
    return !Objects.equals(before.teamId(), wanted.teamId())
        || isSeenBy(user, before) && !isSeenBy(user, wanted);
  }

  private static Future<Boolean> isMember(SqlClient tx, String user, String team) {
    if (team == null) return Future.succeededFuture(false);
    return tx.preparedQuery(IS_MEMBER)
        .execute(Tuple.of(user, team))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }
}
