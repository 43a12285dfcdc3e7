package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The codes of {@code error} messages; the session goes on after each of them. */
public enum ErrorCode {
  /** The topic needs a token and the session has none. */
  NOT_AUTHENTICATED,
  /** The principal may not see the topic, or no longer. */
  FORBIDDEN,
  /** The topic does not exist. */
  UNKNOWN_TOPIC,
  /** The session has as many subscriptions as it may have. */
  TOO_MANY_TOPICS,
  /** The node's sessions have as many different options of one kind as they may have. */
  TOO_MANY_FILTERS,
  /**
   * The request cannot be served now; the data of a subscription follows without a new request,
   * what was published must be sent again.
   */
  UNAVAILABLE,
  /** A member of the message does not have the expected form; the error names it. */
  INVALID,
  /** The message, or the answer to a request, has more bytes than allowed. */
  TOO_LARGE,
  /** The client publishes more than it may. */
  TOO_FAST,
  /** The dialect does not know the message type. */
  UNKNOWN_MESSAGE,
  /** Events may be missing; for dialects without offsets. */
  HISTORY_CHANGED;

  @JsonValue
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
