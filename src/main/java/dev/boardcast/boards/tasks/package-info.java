/**
 * The tasks board: tasks, teams and sharing.
 *
 * <p>Whoever sees a task (owner, members of its team, those it is shared with, admins) may edit,
 * complete and reopen it; only owner and admins share, move, hand over and delete it. Every change
 * and its events are one transaction. Who belongs to which team is decided by the SQL function
 * {@code teams_of}, within the statement that asks.
 */
package dev.boardcast.boards.tasks;
