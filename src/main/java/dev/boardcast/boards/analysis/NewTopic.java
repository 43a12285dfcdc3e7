package dev.boardcast.boards.analysis;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * What is posted to make a topic.
 *
 * @param id chosen by the caller to make a retry harmless; null for one of ours
 * @param description null for an empty one
 */
public record NewTopic(
    @Pattern(regexp = FieldRules.ID, message = FieldRules.ID_TEXT) String id,
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String name,
    @Size(max = FieldRules.DESCRIPTION, message = FieldRules.DESCRIPTION_TEXT) String description) {

  public NewTopic {
    description = description == null ? "" : description;
  }
}
