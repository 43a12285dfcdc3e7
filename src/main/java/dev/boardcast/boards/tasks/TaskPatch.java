package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Optional;

/**
 * What is to be changed: null leaves a field as it is, an empty Optional (JSON null) clears it.
 *
 * @param ownerId hands the task over; by owner or admin
 * @param teamId moves it to a team of the caller; by owner or admin
 */
public record TaskPatch(
    @JsonDeserialize(using = OptionalField.class)
        Optional<
                @NotNull(message = FieldRules.TITLE_TEXT)
                @Pattern(regexp = FieldRules.TITLE, message = FieldRules.TITLE_TEXT) String>
            title,
    @JsonDeserialize(using = OptionalField.class)
        Optional<@Size(max = FieldRules.DESCRIPTION, message = FieldRules.DESCRIPTION_TEXT) String>
            description,
    @JsonDeserialize(using = OptionalField.class)
        Optional<
                @NotNull(message = FieldRules.USER_TEXT)
                @Pattern(regexp = FieldRules.USER, message = FieldRules.USER_TEXT) String>
            ownerId,
    @JsonDeserialize(using = OptionalField.class)
        Optional<@Pattern(regexp = FieldRules.TEAM, message = FieldRules.TEAM_TEXT) String>
            teamId) {

  /** The value after the patch. */
  static String after(Optional<String> given, String now) {
    return given == null ? now : given.orElse(null);
  }
}
