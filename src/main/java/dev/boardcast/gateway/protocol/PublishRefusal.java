package dev.boardcast.gateway.protocol;

/**
 * Why a message was not published; the session goes on.
 *
 * @param message for people
 * @param topic null where the message has none
 * @param id of the message; null where it has none
 * @param field the member that is wrong; null where none is
 * @param retryAfterMillis when the client may go on; null where that does not help
 */
public record PublishRefusal(
    ErrorCode code, String message, String topic, String id, String field, Long retryAfterMillis) {
  /** For a member that is wrong. */
  public static PublishRefusal invalid(ClientMessage.Publish of, String field, String expected) {
    return new PublishRefusal(
        ErrorCode.INVALID, expected(field, expected), of.topic(), of.id(), field, null);
  }

  /** For any other reason. */
  public static PublishRefusal of(ErrorCode code, String message, ClientMessage.Publish of) {
    return new PublishRefusal(code, message, of.topic(), of.id(), null, null);
  }

  static String expected(String field, String expected) {
    return field + ": expected " + expected;
  }

  /** The same, naming a member. */
  public PublishRefusal withField(String other) {
    return new PublishRefusal(code, message, topic, id, other, retryAfterMillis);
  }

  /** The same, for a client that may go on after a while. */
  public PublishRefusal retryAfter(long millis) {
    return new PublishRefusal(code, message, topic, id, field, millis);
  }
}
