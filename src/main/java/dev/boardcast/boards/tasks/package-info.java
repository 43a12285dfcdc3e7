/**
 * The tasks board: tasks, teams and sharing.
 *
 * <p>Everybody who may see a task (its owner, members of its team, users it is shared with, admins)
 * may edit, complete and reopen it; only the owner and admins share, move, reassign and delete it.
 * They also set due time, priority, assignee and labels, and comment. A change and its events are
 * one transaction. The SQL function {@code teams_of} computes a user's teams in the statement that
 * needs them.
 */
package dev.boardcast.boards.tasks;
