package dev.boardcast.events;

import dev.boardcast.spi.RawJson;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * An event that an application publishes.
 *
 * @param type not one of the product's own, see {@link StreamRoutes}
 * @param data one JSON object
 * @param eventId makes a retry harmless, see {@link PublishedEventId}; null for an event that is
 *     always new
 * @param id does the same for one user; null for none, as where there is an {@code eventId}
 */
record StreamEvent(
    @NotNull(message = TYPE) @Pattern(regexp = "[A-Za-z0-9._:-]{1,100}", message = TYPE)
        String type,
    @NotNull(message = DATA) RawJson data,
    @Pattern(regexp = "\\P{Cc}{1,128}", message = ID) String eventId,
    @Pattern(regexp = "\\P{Cc}{1,128}", message = ID) String id) {
  static final String TYPE =
      "1 to 100 letters, digits and . _ : -, and no type of the product's own";
  private static final String ID = "a string of 1 to 128 characters, no control characters";
  private static final String DATA = "a JSON object";

  /** Named after the field. */
  @AssertTrue(message = "either event_id or id")
  boolean isId() {
    return id == null || eventId == null;
  }

  /** Named after the field, so that a violation is too. */
  @AssertTrue(message = DATA)
  boolean isData() {
    return data == null || data.text().startsWith("{");
  }

  /** Whether its data has more bytes in UTF-8. */
  boolean isLargerThan(int bytes) {
    // No character has more than three.
    return data.text().length() > bytes
        || (data.text().length() > bytes / 3 && data.bytes().length > bytes);
  }
}
