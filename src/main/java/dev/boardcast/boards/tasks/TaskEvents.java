package dev.boardcast.boards.tasks;

import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What is told of a change, and to whom.
 *
 * <p>The audience of a task are the streams {@code user.<owner>}, {@code team.<team>} if it has
 * one, and {@code user.<sharee>} for each sharee. They get all of the task, so that a page applies
 * an event without a read.
 *
 * <p>When the audience shrinks (handed over, moved, withdrawn), the streams that are left out get a
 * {@code task_updated} with {@code "visible": false} and nothing of the task but its id. It comes
 * right before the event for the remaining audience, in the same order of the same shard: whoever
 * still sees the task by another stream takes it away and puts it back, whoever does not is left
 * without it.
 */
final class TaskEvents {
  static final String CREATED = "task_created";
  static final String UPDATED = "task_updated";
  static final String COMPLETED = "task_completed";
  static final String REOPENED = "task_reopened";
  static final String DELETED = "task_deleted";
  static final String SHARED = "task_shared";

  private TaskEvents() {}

  /**
   * The body for the audience.
   *
   * @param userId who did it
   */
  record Seen(
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
      boolean visible) {}

  /** The body for those who no longer see the task. */
  record Gone(UUID taskId, String userId, String teamId, boolean visible) {}

  /** A task that is new. */
  static NewEvent created(String actor, Task task) {
    return seen(CREATED, actor, task, task.version(), task.updatedAt());
  }

  /** A task that is no more; the version is above all it had. */
  static NewEvent deleted(String actor, Task task, Instant at) {
    return seen(DELETED, actor, task, task.version() + 1, at);
  }

  /** A change, first for those it was taken from. */
  static List<NewEvent> changed(String type, String actor, Task before, Task after) {
    Set<String> left = audience(before);
    left.removeAll(audience(after));
    var events = new ArrayList<NewEvent>(2);
    if (!left.isEmpty()) {
      var gone = RawJson.encode(new Gone(after.id(), actor, null, false));
      events.add(
          new NewEvent(UUID.randomUUID(), UPDATED, List.copyOf(left), gone, after.updatedAt()));
    }
    events.add(seen(type, actor, after, after.version(), after.updatedAt()));
    return events;
  }

  private static NewEvent seen(String type, String actor, Task task, long version, Instant at) {
    var data =
        new Seen(
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
            true);
    return new NewEvent(
        UUID.randomUUID(), type, List.copyOf(audience(task)), RawJson.encode(data), at);
  }

  private static Set<String> audience(Task task) {
    var streams = new LinkedHashSet<String>();
    streams.add("user." + task.ownerId());
    if (task.teamId() != null) streams.add("team." + task.teamId());
    task.sharedWith().forEach(user -> streams.add("user." + user));
    return streams;
  }
}
