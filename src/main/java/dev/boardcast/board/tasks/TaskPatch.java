package dev.boardcast.board.tasks;

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
    @JsonDeserialize(using = GivenText.class)
        Optional<
                @NotNull(message = Expected.TITLE_TEXT)
                @Pattern(regexp = Expected.TITLE, message = Expected.TITLE_TEXT) String>
            title,
    @JsonDeserialize(using = GivenText.class)
        Optional<@Size(max = Expected.DESCRIPTION, message = Expected.DESCRIPTION_TEXT) String>
            description,
    @JsonDeserialize(using = GivenText.class)
        Optional<
                @NotNull(message = Expected.USER_TEXT)
                @Pattern(regexp = Expected.USER, message = Expected.USER_TEXT) String>
            ownerId,
    @JsonDeserialize(using = GivenText.class)
        Optional<@Pattern(regexp = Expected.TEAM, message = Expected.TEAM_TEXT) String> teamId) {

  /** The value after the patch. */
  static String after(Optional<String> given, String now) {
    return given == null ? now : given.orElse(null);
  }
}
