package dev.boardcast.boards.platform;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.time.Instant;

/**
 * An activity of a user, as sent by clients.
 *
 * @param at null for the time of writing
 * @param eventId identifies the activity when it is sent again; null if it has no id
 */
record Activity(
    @NotBlank(message = ID) @Size(max = 200, message = ID) String userId,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant at,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId) {
  private static final String ID = "a string of 1 to 200 characters, not blank";
}
