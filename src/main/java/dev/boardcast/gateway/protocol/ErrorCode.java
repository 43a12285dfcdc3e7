package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an {@code error} frame names; the session goes on. */
public enum ErrorCode {
  /** The topic asks for a token, and the session has none. */
  NOT_AUTHENTICATED,
  /** The topic is somebody else's, or no longer one's own. */
  FORBIDDEN,
  /** There is no such topic. */
  UNKNOWN_TOPIC,
  /** The session follows as many topics as it may. */
  TOO_MANY_TOPICS,
  /** What was asked for cannot be told now; it comes by itself when it can. */
  UNAVAILABLE,
  /** The message says something this dialect has no meaning for. */
  UNKNOWN_MESSAGE,
  /** Events may be missing, and the dialect has no offsets to say so by. */
  HISTORY_CHANGED;

  @JsonValue
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
