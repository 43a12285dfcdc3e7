package dev.boardcast.boards.tasks;

import static dev.boardcast.boards.tasks.TaskPatch.after;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import java.util.Objects;

/** A change of a task, applied to the locked task. Everybody who may see the task may try it. */
@FunctionalInterface
interface TaskChange {
  /** The greatest number of users a task is shared with; each change is sent to all of them. */
  int MAX_SHAREES = 100;

  /**
   * The result of a change.
   *
   * @param event the type of the event
   * @param task the task after the change; if it equals the task before, nothing is written
   */
  record Next(String event, Task task) {}

  /**
   * Applies the change.
   *
   * @throws Problem 403 when the caller may not do it, 409 when the task's state forbids it
   */
  Next apply(Task now, TaskAccess caller);

  TaskChange COMPLETE = mark(TaskStatus.COMPLETED, TaskEvents.COMPLETED);
  TaskChange REOPEN = mark(TaskStatus.PENDING, TaskEvents.REOPENED);

  private static TaskChange mark(TaskStatus status, String event) {
    return (now, caller) -> {
      requireEditor(now, caller);
      return new Next(event, now.marked(status));
    };
  }

  /** Changes fields. */
  static TaskChange patch(TaskPatch patch) {
    return (now, caller) -> {
      requireEditor(now, caller);
      var next =
          now.edited(
                  after(patch.title(), now.title()),
                  after(patch.description(), now.description()),
                  after(patch.ownerId(), now.ownerId()),
                  after(patch.teamId(), now.teamId()),
                  SharingLevel.of(after(patch.teamAccess(), null), now.teamAccess()))
              .planned(patch.planAfter(now.plan()));
      if (next.teamAccess() != now.teamAccess() && !caller.manages(now)) {
        throw forbidden("team_access", "no change: only the owner or an admin sets it");
      }
      if (!next.ownerId().equals(now.ownerId()) && !caller.manages(now)) {
        throw forbidden("owner_id", "no change: only the owner or an admin hands a task over");
      }
      if (!Objects.equals(next.teamId(), now.teamId())) {
        if (!caller.manages(now)) {
          throw forbidden("team_id", "no change: only the owner or an admin moves a task");
        }
        if (next.teamId() != null && !caller.mayUse(next.teamId())) throw notYourTeam();
      }
      return new Next(TaskEvents.UPDATED, next);
    };
  }

  /** Shares the task with a user, or changes the level at which it is shared. */
  static TaskChange share(TaskShare share) {
    return (now, caller) -> {
      if (!caller.manages(now)) throw Problem.forbidden("only the owner or an admin shares a task");
      String user = share.userId();
      boolean known = now.sharedWith().contains(user);
      if (now.ownerId().equals(user) || known && share.access() == null) {
        return new Next(TaskEvents.SHARED, now);
      }
      if (!known && now.sharedWith().size() >= MAX_SHAREES) {
        throw Problem.of(
            409,
            "Shared with too many",
            new FieldError("user_id", "at most " + MAX_SHAREES + " users; use a team"));
      }
      return new Next(
          known ? TaskEvents.UPDATED : TaskEvents.SHARED,
          now.sharedWith(user, SharingLevel.of(share.access(), SharingLevel.EDIT)));
    };
  }

  /** Stops sharing the task with a user. */
  static TaskChange unshare(String user) {
    return (now, caller) -> {
      if (!caller.manages(now) && !caller.user().equals(user)) {
        throw Problem.forbidden("only the owner or an admin withdraws a task from others");
      }
      return new Next(TaskEvents.UPDATED, now.unsharedWith(user));
    };
  }

  /** 403 for a team that the caller does not belong to. */
  static Problem notYourTeam() {
    return forbidden("team_id", "a team you belong to");
  }

  /** 403 for a caller who may only read. */
  static void requireEditor(Task now, TaskAccess caller) {
    if (!caller.edits(now)) throw Problem.forbidden("this task is shared with you to read");
  }

  private static Problem forbidden(String field, String expected) {
    return Problem.of(403, "Forbidden", new FieldError(field, expected));
  }
}
