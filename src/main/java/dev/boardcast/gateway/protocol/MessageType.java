package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The types of the server's messages, in all dialects, beside those of events. No event of an
 * application may have one of them: clients could not tell the two apart.
 */
public enum MessageType {
  CONNECTION_ACK,
  SUBSCRIBED,
  /** The answer to a message of a client that was stored. */
  PUBLISHED,
  PONG,
  GOAWAY,
  STALE,
  FRESH,
  /** Where a client stands in a topic that hides events from it. */
  POSITION,
  /** The session's own subscriptions. */
  STATE,
  /** Earlier events of a stream, or values of a board. */
  HISTORY,
  /** Who is present on a topic. */
  PRESENCE,
  /** Who has come and left. */
  PRESENCE_CHANGE,
  ERROR,
  /** A board's snapshot. */
  UPDATE("metrics:update"),
  /** What has changed in a board's snapshot. */
  DELTA("metrics:delta"),
  /** A board's snapshot in the older shape of some boards. */
  METRICS,
  /** The last message of an event stream. */
  CLOSE;

  private final String text;

  MessageType() {
    text = name().toLowerCase(Locale.ROOT);
  }

  MessageType(String text) {
    this.text = text;
  }

  /** As messages have it. */
  @JsonValue
  public String text() {
    return text;
  }

  /** All of them, as messages have them. */
  public static Set<String> texts() {
    return Arrays.stream(values()).map(MessageType::text).collect(Collectors.toUnmodifiableSet());
  }
}
