package dev.boardcast.events;

import dev.boardcast.spi.RawJson;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * An event that an application publishes.
 *
 * @param type not a message type of the protocol, which clients could not distinguish
 * @param data one JSON object
 * @param eventId makes a retry harmless, see {@link PublishedEventId}; null for an event that is
 *     always new
 */
record StreamEvent(
    @NotNull(message = TYPE)
        @Pattern(
            regexp =
                "(?!(?:connection_ack|subscribed|pong|goaway|stale|fresh|close|error|metrics:update)$)"
                    + "[A-Za-z0-9._:-]{1,100}",
            message = TYPE)
        String type,
    @NotNull(message = DATA) RawJson data,
    @Pattern(regexp = "\\P{Cc}{1,128}", message = ID) String eventId) {
  private static final String TYPE =
      "1 to 100 letters, digits and . _ : -, and no type of the protocol's own";
  private static final String ID = "a string of 1 to 128 characters, no control characters";
  private static final String DATA = "a JSON object";

  /** Named after the field, so that a violation is too. */
  @AssertTrue(message = DATA)
  boolean isData() {
    return data == null || data.text().startsWith("{");
  }
}
