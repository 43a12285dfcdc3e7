package dev.boardcast.boards.tasks;

import java.util.Set;

/**
 * The rights of a caller on a task that the caller may see.
 *
 * @param teams the caller's current teams
 */
record TaskAccess(String user, Set<String> teams, boolean admin) {
  /**
   * Whether the caller may share, move, reassign and delete the task, and set levels of sharing.
   */
  boolean manages(Task task) {
    return admin || task.ownerId().equals(user);
  }

  /**
   * Whether the caller may change the task's texts and plan, assign, complete and reopen it, and
   * comment on it.
   */
  boolean edits(Task task) {
    return manages(task)
        || task.sharedWith().contains(user) && !task.readers().contains(user)
        || task.teamAccess() == SharingLevel.EDIT
            && task.teamId() != null
            && teams.contains(task.teamId());
  }

  /** Whether the caller sees a task. */
  boolean sees(Task task) {
    return manages(task)
        || task.sharedWith().contains(user)
        || task.teamId() != null && teams.contains(task.teamId());
  }

  /** Whether the caller may move a task to a team. */
  boolean mayUse(String team) {
    return admin || teams.contains(team);
  }
}
