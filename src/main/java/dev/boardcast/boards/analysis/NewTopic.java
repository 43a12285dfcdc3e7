package dev.boardcast.boards.analysis;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * The body of a request that creates a topic.
 *
 * @param id chosen by the client, so that it can send the request again; null for a generated one
 * @param description null for an empty one
 */
record NewTopic(
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String id,
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String name,
    @Size(max = FieldRules.DESCRIPTION_LENGTH, message = FieldRules.DESCRIPTION_TEXT)
        String description) {

  public NewTopic {
    description = description == null ? "" : description;
  }
}
