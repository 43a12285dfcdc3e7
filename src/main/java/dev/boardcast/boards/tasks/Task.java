package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 * @param teamAccess what the members of the team may do
 * @param readers those of {@code sharedWith} who may only read
 * @param plan its fields are fields of the task in JSON
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
    long version,
    SharingLevel teamAccess,
    List<String> readers,
    @JsonUnwrapped TaskPlan plan) {

  public Task {
    sharedWith = List.copyOf(sharedWith);
    readers = List.copyOf(readers);
  }

  /** The entity tag, with quotes. */
  String etag() {
    return '"' + Long.toString(version) + '"';
  }

  /** The same task with other texts, owner and team. */
  Task edited(
      String newTitle,
      String newDescription,
      String newOwner,
      String newTeam,
      SharingLevel newAccess) {
    return with(
        newTitle, newDescription, status, newOwner, newTeam, newAccess, sharedWith, readers, plan);
  }

  /** The same task with another plan. */
  Task planned(TaskPlan newPlan) {
    return with(
        title, description, status, ownerId, teamId, teamAccess, sharedWith, readers, newPlan);
  }

  /** The same task with another status. */
  Task marked(TaskStatus newStatus) {
    return with(
        title, description, newStatus, ownerId, teamId, teamAccess, sharedWith, readers, plan);
  }

  /** The same task, shared with a user at a level. */
  Task sharedWith(String user, SharingLevel level) {
    var all = new ArrayList<>(sharedWith);
    if (!all.contains(user)) all.add(user);
    var reading = new ArrayList<>(readers);
    if (level == SharingLevel.EDIT) reading.remove(user);
    else if (!reading.contains(user)) reading.add(user);
    return shared(all, reading);
  }

  /** The same task, no longer shared with a user. */
  Task unsharedWith(String user) {
    return shared(without(user, sharedWith), without(user, readers));
  }

  private static List<String> without(String user, List<String> users) {
    return users.stream().filter(other -> !other.equals(user)).toList();
  }

  private Task shared(List<String> users, List<String> reading) {
    return with(title, description, status, ownerId, teamId, teamAccess, users, reading, plan);
  }

  private Task with(
      String title,
      String description,
      TaskStatus status,
      String ownerId,
      String teamId,
      SharingLevel teamAccess,
      List<String> sharedWith,
      List<String> readers,
      TaskPlan plan) {
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
        version,
        teamAccess,
        readers,
        plan);
  }
}
