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
 * @param durable false for a message that is delivered at most once and not stored; null for true
 * @param key of such a message, see {@link dev.boardcast.bus.EphemeralMessage}; null for none
 * @param id does the same for one user; null for none, as where there is an {@code eventId}
 */
record StreamEvent(
    @NotNull(message = TYPE) @Pattern(regexp = "[A-Za-z0-9._:-]{1,100}", message = TYPE)
        String type,
    @NotNull(message = DATA) RawJson data,
    @Pattern(regexp = "\\P{Cc}{1,128}", message = ID) String eventId,
    @Pattern(regexp = "\\P{Cc}{1,128}", message = ID) String id,
    Boolean durable,
    @Pattern(regexp = "\\P{Cc}{1,64}", message = KEY) String key) {
  static final String TYPE =
      "1 to 100 letters, digits and . _ : -, and no type of the product's own";
  private static final String ID = "a string of 1 to 128 characters, no control characters";
  private static final String KEY =
      "a string of 1 to 64 characters, no control characters, where durable is false";
  private static final String DATA = "a JSON object";

  /** Whether it is stored. */
  boolean isStored() {
    return durable == null || durable;
  }

  /** Named after the field. */
  @AssertTrue(message = KEY)
  boolean isKey() {
    return key == null || !isStored();
  }

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
