package dev.boardcast.boards.platform;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.time.Instant;

/**
 * A view of content, as sent by clients.
 *
 * @param userId null if the viewer is not known
 * @param viewedAt null for the time of writing
 * @param eventId identifies the view when it is sent again; null if it has no id
 */
record View(
    @NotBlank(message = ID) @Size(max = 200, message = ID) String contentId,
    @Size(min = 1, max = 200, message = NAME) String userId,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant viewedAt,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId) {
  private static final String ID = "a string of 1 to 200 characters, not blank";
  private static final String NAME = "a string of 1 to 200 characters";
}
