package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Optional;

/**
 * The body of a request that changes a task. Null leaves a field as it is; an empty Optional (JSON
 * null) clears it.
 *
 * @param ownerId the new owner; for the owner or an admin
 * @param teamId the new team, one of the caller's; for the owner or an admin
 * @param teamAccess what the members of the team may do; for the owner or an admin
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
            teamAccess) {

  /** Whether it may change who may do what with the task. */
  boolean concernsRights() {
    return ownerId != null || teamId != null || teamAccess != null;
  }

  /** The value after the patch. */
  static String after(Optional<String> given, String now) {
    return given == null ? now : given.orElse(null);
  }
}
