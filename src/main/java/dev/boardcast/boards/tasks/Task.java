package dev.boardcast.boards.tasks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The current state of a task, as clients see it.
 *
 * @param description null for none
 * @param teamId the team whose members may see the task; null for none
 * @param sharedWith users who may see the task besides the owner and the team, in the order of
 *     sharing
 * @param completedAt null while the task is pending
 * @param version 1 at first, incremented by each change; the entity tag
 */
record Task(
    UUID id,
    String title,
    String description,
    TaskStatus status,
    String ownerId,
    String teamId,
    List<String> sharedWith,
    Instant createdAt,
    Instant updatedAt,
    Instant completedAt,
    long version) {

  public Task {
    sharedWith = List.copyOf(sharedWith);
  }

  /** The entity tag, with quotes. */
  String etag() {
    return '"' + Long.toString(version) + '"';
  }

  /** The same task with other texts, owner and team. */
  Task edited(String newTitle, String newDescription, String newOwner, String newTeam) {
    return with(newTitle, newDescription, status, newOwner, newTeam, sharedWith);
  }

  /** The same task with another status. */
  Task marked(TaskStatus newStatus) {
    return with(title, description, newStatus, ownerId, teamId, sharedWith);
  }

  /** The same task, shared with one more user. */
  Task sharedWith(String user) {
    var more = new ArrayList<>(sharedWith);
    more.add(user);
    return with(title, description, status, ownerId, teamId, more);
  }

  /** The same task, no longer shared with a user. */
  Task unsharedWith(String user) {
    var others = sharedWith.stream().filter(other -> !other.equals(user)).toList();
    return with(title, description, status, ownerId, teamId, others);
  }

  private Task with(
      String title,
      String description,
      TaskStatus status,
      String ownerId,
      String teamId,
      List<String> sharedWith) {
    return new Task(
        id,
        title,
        description,
        status,
        ownerId,
        teamId,
        sharedWith,
        createdAt,
        updatedAt,
        completedAt,
        version);
  }
}
