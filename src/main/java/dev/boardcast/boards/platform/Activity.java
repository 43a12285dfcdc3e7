package dev.boardcast.boards.platform;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.time.Instant;

/**
 * A user did something.
 *
 * @param at null for now
 * @param eventId makes a retry harmless; null when the sender has none
 */
public record Activity(
    @NotBlank(message = ID) @Size(max = 200, message = ID) String userId,
    @PastOrPresent(message = "a time no more than a day ahead") Instant at,
    @Size(min = 1, max = 200, message = "a string of 1 to 200 characters") String eventId) {
  private static final String ID = "a string of 1 to 200 characters, not blank";
}
