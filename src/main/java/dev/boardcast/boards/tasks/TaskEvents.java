package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Creates the events of changes of tasks.
 *
 * <p>The audience of a task is the streams {@code user.<owner>}, {@code team.<team>} if it has a
 * team, {@code user.<id>} of every user it is shared with, and that of all tasks. Events contain
 * the whole task, so that a client applies them without a request.
 *
 * <p>When a stream leaves the audience (the task was reassigned, moved or unshared), it gets an
 * event {@code task_updated} with {@code "visible": false} and the task's id only. That event
 * precedes the event for the remaining audience in the same shard: a client that may still see the
 * task by another stream removes it and adds it again.
 */
final class TaskEvents {
  static final String CREATED = "task_created";
  static final String UPDATED = "task_updated";
  static final String COMPLETED = "task_completed";
  static final String REOPENED = "task_reopened";
  static final String DELETED = "task_deleted";
  static final String SHARED = "task_shared";

  static final String COMMENTED = "task_commented";
  static final String COMMENT_DELETED = "task_comment_deleted";

  static final String DUE_SOON = "task_due_soon";
  static final String OVERDUE = "task_overdue";

  static final Set<String> TYPES =
      Set.of(
          CREATED,
          UPDATED,
          COMPLETED,
          REOPENED,
          DELETED,
          SHARED,
          COMMENTED,
          COMMENT_DELETED,
          DUE_SOON,
          OVERDUE);

  private TaskEvents() {}

  /**
   * The data for the audience.
   *
   * @param userId the user who made the change; null in a reminder
   */
  record Visible(
      UUID taskId,
      String userId,
      String teamId,
      String ownerId,
      String title,
      String description,
      TaskStatus status,
      List<String> sharedWith,
      Instant createdAt,
      Instant updatedAt,
      Instant completedAt,
      long version,
      SharingLevel teamAccess,
      List<String> readers,
      @JsonUnwrapped TaskPlan plan,
      boolean visible) {}

  /** The data for streams that left the audience. */
  record Hidden(UUID taskId, String userId, String teamId, boolean visible) {}

  /**
   * The data of a comment.
   *
   * @param userId who wrote or deleted it
   * @param comment a deleted one without its text
   */
  private record OfComment(
      UUID taskId, String userId, String teamId, CommentData comment, boolean visible) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record CommentData(UUID id, String author, String text, Instant createdAt) {}

  /** The event of a new comment. */
  static NewEvent commented(Task task, Comment comment) {
    return ofComment(
        COMMENTED, comment.author(), task, comment, comment.text(), comment.createdAt());
  }

  /** The event of a deleted comment. */
  static NewEvent commentDeleted(String actor, Task task, Comment comment, Instant at) {
    return ofComment(COMMENT_DELETED, actor, task, comment, null, at);
  }

  private static NewEvent ofComment(
      String type, String actor, Task task, Comment comment, String text, Instant at) {
    var shown = new CommentData(comment.id(), comment.author(), text, comment.createdAt());
    var data = new OfComment(task.id(), actor, task.teamId(), shown, true);
    return new NewEvent(
        UUID.randomUUID(), type, List.copyOf(audience(task)), RawJson.encode(data), at);
  }

  /** The event of a new task. */
  static NewEvent created(String actor, Task task) {
    return visible(CREATED, actor, task, task.version(), task.updatedAt());
  }

  /** The event of a deleted task; its version is greater than the last. */
  static NewEvent deleted(String actor, Task task, Instant at) {
    return visible(DELETED, actor, task, task.version() + 1, at);
  }

  /** The events of a change, first for the streams that left the audience. */
  static List<NewEvent> changed(String type, String actor, Task before, Task after) {
    Set<String> left = audience(before);
    left.removeAll(audience(after));
    var events = new ArrayList<NewEvent>(2);
    if (!left.isEmpty()) {
      var hidden = RawJson.encode(new Hidden(after.id(), actor, null, false));
      events.add(
          new NewEvent(UUID.randomUUID(), UPDATED, List.copyOf(left), hidden, after.updatedAt()));
    }
    events.add(visible(type, actor, after, after.version(), after.updatedAt()));
    return events;
  }

  /** The event that reminds one user of a task. Nobody has changed it: there is no acting user. */
  static NewEvent reminder(String type, Task task, String recipient, Instant at) {
    var data = data(null, task, task.version());
    return new NewEvent(
        UUID.randomUUID(), type, List.of("user." + recipient), RawJson.encode(data), at);
  }

  private static NewEvent visible(String type, String actor, Task task, long version, Instant at) {
    var data = data(actor, task, version);
    return new NewEvent(
        UUID.randomUUID(), type, List.copyOf(audience(task)), RawJson.encode(data), at);
  }

  private static Visible data(String actor, Task task, long version) {
    return new Visible(
        task.id(),
        actor,
        task.teamId(),
        task.ownerId(),
        task.title(),
        task.description(),
        task.status(),
        task.sharedWith(),
        task.createdAt(),
        task.updatedAt(),
        task.completedAt(),
        version,
        task.teamAccess(),
        task.readers(),
        task.plan(),
        true);
  }

  private static Set<String> audience(Task task) {
    var streams = new LinkedHashSet<String>();
    streams.add("user." + task.ownerId());
    if (task.teamId() != null) streams.add("team." + task.teamId());
    task.sharedWith().forEach(user -> streams.add("user." + user));
    streams.add(Shards.ALL_TASKS);
    return streams;
  }
}
