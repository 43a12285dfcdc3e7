package dev.boardcast.gateway.protocol;

/**
 * The close codes of the server, and for each whether the client should reconnect. The one table:
 * tests hold the documents and the JavaScript client to it.
 */
public enum CloseCode {
  GOING_AWAY(1001, Advice.AT_ONCE, "going away"),
  PROTOCOL_ERROR(1002, Advice.NEVER, "WebSocket protocol error"),
  TOO_BIG(1009, Advice.NEVER, "message too big"),
  TRY_LATER(1013, Advice.BACKOFF, "try again later"),
  MALFORMED(4400, Advice.NEVER, "malformed message"),
  NOT_AUTHENTICATED(4401, Advice.NEVER, "not authenticated"),
  FORBIDDEN(4403, Advice.NEVER, "forbidden"),
  TOO_SLOW(4408, Advice.AT_ONCE, "too slow, resume"),
  TOO_MANY(4429, Advice.BACKOFF, "too many messages");

  /** When a client should reconnect. {@code NEVER}: not without changing something first. */
  public enum Advice {
    AT_ONCE,
    BACKOFF,
    NEVER
  }

  private final int number;
  private final Advice advice;
  private final String reason;

  CloseCode(int number, Advice advice, String reason) {
    this.number = number;
    this.advice = advice;
    this.reason = reason;
  }

  /**
   * @throws IllegalArgumentException when the table has no such code
   */
  public static CloseCode of(int number) {
    for (CloseCode code : values()) {
      if (code.number == number) return code;
    }
    throw new IllegalArgumentException("no close code " + number);
  }

  public int number() {
    return number;
  }

  public Advice advice() {
    return advice;
  }

  /** The default reason of a close frame. */
  public String reason() {
    return reason;
  }
}
