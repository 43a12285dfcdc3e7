package dev.boardcast.boards.tasks;

import java.util.Set;

/**
 * What a caller is to a task that it sees.
 *
 * @param teams those it has now
 */
record TaskAccess(String user, Set<String> teams, boolean admin) {
  /** Whether it may share, move, hand over and delete. */
  boolean manages(Task task) {
    return admin || task.ownerId().equals(user);
  }

  /** Whether it may put a task into that team. */
  boolean mayUse(String team) {
    return admin || teams.contains(team);
  }
}
