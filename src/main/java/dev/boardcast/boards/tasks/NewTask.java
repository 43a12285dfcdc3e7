package dev.boardcast.boards.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Json;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The body of a request that creates a task.
 *
 * @param id chosen by the client, so that it can send the request again; null for a generated one
 * @param description null for none
 * @param ownerId null for the caller; only an admin may name another user
 * @param teamId null for none; one of the caller's teams, or any for an admin
 * @param teamAccess what the members of the team may do; null for {@code edit}
 * @param dueAt null for no due time
 * @param priority null for none
 * @param assignee the owner, a member of the team, or null for nobody
 * @param labels null for none
 */
record NewTask(
    UUID id,
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String title,
    @Size(max = FieldRules.DESCRIPTION_LENGTH, message = FieldRules.DESCRIPTION_TEXT)
        String description,
    @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String ownerId,
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String teamId,
    @Pattern(regexp = SharingLevel.PATTERN, message = SharingLevel.TEXT) String teamAccess,
    Instant dueAt,
    @Pattern(regexp = Priority.PATTERN, message = Priority.TEXT) String priority,
    @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String assignee,
    @Size(max = TaskPlan.MAX_LABELS, message = TaskPlan.LABELS_TEXT)
        List<
                @NotNull(message = TaskPlan.LABEL_TEXT)
                @Pattern(regexp = TaskPlan.LABEL, message = TaskPlan.LABEL_TEXT) String>
            labels) {

  /** The same with an id, and with a default owner. */
  NewTask withDefaults(String owner) {
    return new NewTask(
        id == null ? UUID.randomUUID() : id,
        title,
        description,
        ownerId == null ? owner : ownerId,
        teamId,
        teamAccess,
        dueAt,
        priority,
        assignee,
        labels);
  }

  TaskPlan plan() {
    return new TaskPlan(
        dueAt, Priority.of(priority), assignee, labels == null ? List.of() : labels);
  }

  /** A digest of all fields but the id, which identifies a repeated request. */
  byte[] content() {
    var fields = new ArrayList<>(Arrays.asList(title, description, ownerId, teamId));
    // A task that was stored before these fields came keeps its digest.
    if (teamAccess != null) fields.add(teamAccess);
    if (dueAt != null) fields.add("due_at " + Json.time(dueAt));
    if (priority != null) fields.add("priority " + priority);
    if (assignee != null) fields.add("assignee " + assignee);
    if (labels != null) fields.add("labels " + Json.encode(labels));
    String content = Json.encode(fields);
    try {
      return MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
