package dev.boardcast.boards.platform;

import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;

/**
 * An event of a user with content, as sent by clients: a view, unless it has another kind.
 *
 * @param userId null if the viewer is not known
 * @param viewedAt null for the time of writing
 * @param session of the visit; null if unknown
 * @param kind what the user did, such as {@code signup}; null for {@code view}
 * @param place on the page; null if unknown
 * @param eventId identifies the view when it is sent again; null if it has no id
 */
record View(
    @NotBlank(message = ID) @Size(max = 200, message = ID) String contentId,
    @Size(min = 1, max = 200, message = NAME) String userId,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant viewedAt,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId,
    @Size(min = 1, max = 200, message = NAME) String session,
    @Pattern(regexp = KIND, message = KIND_TEXT) String kind,
    @Size(min = 1, max = 200, message = NAME) String place) {
  /** The kind of an event without one. */
  static final String VIEW = "view";

  static final String KIND = "[a-z][a-z0-9_]{0,39}";
  static final String KIND_TEXT = "1 to 40 of a-z, 0-9 and _, starting with a letter";
  private static final String ID = "a string of 1 to 200 characters, not blank";
  private static final String NAME = "a string of 1 to 200 characters";

  /** A view of an unknown session and place. */
  static View of(String contentId, String userId, Instant viewedAt, String eventId) {
    return new View(contentId, userId, viewedAt, eventId, null, null, null);
  }
}
