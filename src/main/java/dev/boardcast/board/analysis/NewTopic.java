package dev.boardcast.board.analysis;

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
    @Pattern(regexp = Expected.ID, message = Expected.ID_TEXT) String id,
    @NotNull(message = Expected.NAME_TEXT)
        @Pattern(regexp = Expected.NAME, message = Expected.NAME_TEXT)
        String name,
    @Size(max = Expected.DESCRIPTION, message = Expected.DESCRIPTION_TEXT) String description) {

  public NewTopic {
    description = description == null ? "" : description;
  }
}
