package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TaskPatch.after;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import java.util.Objects;

/** One kind of change, worked out on the locked task. Whoever sees a task may attempt it. */
@FunctionalInterface
interface TaskChange {
  /** Most users a task is shared with; each change is sent to each of them. */
  int MAX_SHAREES = 100;

  /**
   * The task after the change, and what happened.
   *
   * @param task equal to what was there when there is nothing to change; then nothing is written
   */
  record Next(String event, Task task) {}

  /**
   * @throws Problem 403 or 409 when the caller, or the task, does not allow it
   */
  Next apply(Task now, TaskAccess caller);

  TaskChange COMPLETE =
      (now, caller) -> new Next(TaskEvents.COMPLETED, now.marked(TaskStatus.COMPLETED));
  TaskChange REOPEN =
      (now, caller) -> new Next(TaskEvents.REOPENED, now.marked(TaskStatus.PENDING));

  static TaskChange patch(TaskPatch patch) {
    return (now, caller) -> {
      var next =
          now.edited(
              after(patch.title(), now.title()),
              after(patch.description(), now.description()),
              after(patch.ownerId(), now.ownerId()),
              after(patch.teamId(), now.teamId()));
      if (!next.ownerId().equals(now.ownerId()) && !caller.manages(now)) {
        throw refused("owner_id", "no change: only the owner or an admin hands a task over");
      }
      if (!Objects.equals(next.teamId(), now.teamId())) {
        if (!caller.manages(now)) {
          throw refused("team_id", "no change: only the owner or an admin moves a task");
        }
        if (next.teamId() != null && !caller.mayUse(next.teamId())) throw notYourTeam();
      }
      return new Next(TaskEvents.UPDATED, next);
    };
  }

  static TaskChange share(String user) {
    return (now, caller) -> {
      if (!caller.manages(now)) throw Problem.forbidden("only the owner or an admin shares a task");
      boolean known = now.ownerId().equals(user) || now.sharedWith().contains(user);
      if (!known && now.sharedWith().size() >= MAX_SHAREES) {
        throw Problem.of(
            409,
            "Shared with too many",
            new FieldError("user_id", "at most " + MAX_SHAREES + " users; use a team"));
      }
      return new Next(TaskEvents.SHARED, known ? now : now.sharedWith(user));
    };
  }

  static TaskChange withdraw(String user) {
    return (now, caller) -> {
      if (!caller.manages(now) && !caller.user().equals(user)) {
        throw Problem.forbidden("only the owner or an admin withdraws a task from others");
      }
      return new Next(TaskEvents.UPDATED, now.withdrawnFrom(user));
    };
  }

  static Problem notYourTeam() {
    return refused("team_id", "a team you belong to");
  }

  private static Problem refused(String field, String expected) {
    return Problem.of(403, "Forbidden", new FieldError(field, expected));
  }
}
