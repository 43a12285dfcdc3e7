package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Problem;

/**
 * The rights of a caller in a team that the caller may see, read after the team was locked.
 *
 * @param owners the number of the team's owners
 */
record TeamAccess(String user, boolean isOwner, boolean isAdmin, long owners) {
  /**
   * Requires an owner or an admin.
   *
   * @param act such as {@code renames a team}
   * @throws Problem 403 for others
   */
  void requireManager(String act) {
    if (!isOwner && !isAdmin) throw Problem.forbidden("only an owner or an admin " + act);
  }

  /**
   * Requires that the team keeps an owner when one of its owners stops being one.
   *
   * @throws Problem 409 for the last owner, also to admins
   */
  void requireAnotherOwner() {
    if (owners > 1) return;
    throw Problem.of(
        409,
        "Last owner",
        "a team keeps an owner: hand it over, make another member an owner, or delete the team");
  }
}
