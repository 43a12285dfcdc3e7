package dev.boardcast.boards.tasks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A task as it stands.
 *
 * @param description null for none
 * @param teamId null for none; its members see the task
 * @param sharedWith users who see the task besides owner and team, in the order of sharing
 * @param completedAt null while pending
 * @param version 1 when created, one more with each change; the entity tag
 */
public record Task(
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

  /** The entity tag, with its quotes. */
  String etag() {
    return '"' + Long.toString(version) + '"';
  }

  Task edited(String newTitle, String newDescription, String newOwner, String newTeam) {
    return new Task(
        id,
        newTitle,
        newDescription,
        status,
        newOwner,
        newTeam,
        sharedWith,
        createdAt,
        updatedAt,
        completedAt,
        version);
  }

  Task marked(TaskStatus newStatus) {
    return new Task(
        id,
        title,
        description,
        newStatus,
        ownerId,
        teamId,
        sharedWith,
        createdAt,
        updatedAt,
        completedAt,
        version);
  }

  Task sharedWith(String user) {
    var more = new ArrayList<>(sharedWith);
    more.add(user);
    return shared(more);
  }

  Task withdrawnFrom(String user) {
    return shared(sharedWith.stream().filter(other -> !other.equals(user)).toList());
  }

  private Task shared(List<String> users) {
    return new Task(
        id,
        title,
        description,
        status,
        ownerId,
        teamId,
        users,
        createdAt,
        updatedAt,
        completedAt,
        version);
  }
}
