package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.UUID;

/**
 * The body of a request that comments on a task.
 *
 * @param id chosen by the client, so that it can send the request again; null for a generated one
 */
record NewComment(
    UUID id,
    @NotNull(message = NewComment.TEXT_TEXT)
        @Pattern(regexp = NewComment.TEXT, message = NewComment.TEXT_TEXT)
        String text) {
  static final String TEXT = "(?s)(?=.*\\S).{1," + FieldRules.DESCRIPTION_LENGTH + "}";
  static final String TEXT_TEXT = "a string of 1 to 4000 characters, not all blank";
}
