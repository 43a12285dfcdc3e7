package dev.boardcast.boards.platform;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.time.Instant;

/**
 * Somebody looked at content.
 *
 * @param userId null when nobody is known
 * @param viewedAt null for now
 * @param eventId makes a retry harmless; null when the sender has none
 */
public record View(
    @NotBlank(message = ID) @Size(max = 200, message = ID) String contentId,
    @Size(min = 1, max = 200, message = NAME) String userId,
    @PastOrPresent(message = "a time no more than a day ahead") Instant viewedAt,
    @Size(min = 1, max = 200, message = NAME) String eventId) {
  private static final String ID = "a string of 1 to 200 characters, not blank";
  private static final String NAME = "a string of 1 to 200 characters";
}
