package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The body of a request that changes a task. Null leaves a field as it is; an empty Optional (JSON
 * null) clears it.
 *
 * @param ownerId the new owner; for the owner or an admin
 * @param teamId the new team, one of the caller's; for the owner or an admin
 * @param teamAccess what the members of the team may do; for the owner or an admin
 * @param dueAt null clears it
 * @param priority null clears it
 * @param assignee one of those who see the task; null for nobody
 * @param labels all of them; null for none
 */
record TaskPatch(
    @JsonDeserialize(using = OptionalField.class)
        Optional<
                @NotNull(message = FieldRules.NAME_TEXT)
                @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String>
            title,
    @JsonDeserialize(using = OptionalField.class)
        Optional<
                @Size(max = FieldRules.DESCRIPTION_LENGTH, message = FieldRules.DESCRIPTION_TEXT)
                String>
            description,
    @JsonDeserialize(using = OptionalField.class)
        Optional<
                @NotNull(message = FieldRules.USER_TEXT)
                @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String>
            ownerId,
    @JsonDeserialize(using = OptionalField.class)
        Optional<@Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String> teamId,
    @JsonDeserialize(using = OptionalField.class)
        Optional<
                @NotNull(message = SharingLevel.TEXT)
                @Pattern(regexp = SharingLevel.PATTERN, message = SharingLevel.TEXT) String>
            teamAccess,
    @JsonDeserialize(using = OptionalField.class) Optional<Instant> dueAt,
    @JsonDeserialize(using = OptionalField.class)
        Optional<@Pattern(regexp = Priority.PATTERN, message = Priority.TEXT) String> priority,
    @JsonDeserialize(using = OptionalField.class)
        Optional<@Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String>
            assignee,
    @JsonDeserialize(using = OptionalField.class)
        Optional<
                @Size(max = TaskPlan.MAX_LABELS, message = TaskPlan.LABELS_TEXT) List<
                    @NotNull(message = TaskPlan.LABEL_TEXT)
                    @Pattern(regexp = TaskPlan.LABEL, message = TaskPlan.LABEL_TEXT) String>>
            labels) {

  /** Whether it may change who may do what with the task. */
  boolean concernsRights() {
    return ownerId != null || teamId != null || teamAccess != null;
  }

  /** The value after the patch. */
  static <T> T after(Optional<T> given, T now) {
    return given == null ? now : given.orElse(null);
  }

  /** The plan after the patch. */
  TaskPlan planAfter(TaskPlan now) {
    return new TaskPlan(
        after(dueAt, now.dueAt()),
        priority == null ? now.priority() : Priority.of(priority.orElse(null)),
        after(assignee, now.assignee()),
        labels == null ? now.labels() : labels.orElse(List.of()));
  }
}
