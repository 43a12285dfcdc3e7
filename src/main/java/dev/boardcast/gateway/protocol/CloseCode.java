package dev.boardcast.gateway.protocol;

/**
 * The close codes of the server, and for each whether the client should reconnect. The one table:
 * tests hold the documents and the JavaScript client to it.
 */
public enum CloseCode {
  GOING_AWAY(1001, Reconnect.AT_ONCE, "going away"),
  PROTOCOL_ERROR(1002, Reconnect.NEVER, "WebSocket protocol error"),
  INVALID_PAYLOAD(1007, Reconnect.NEVER, "invalid payload data"),
  TOO_BIG(1009, Reconnect.NEVER, "message too big"),
  TRY_LATER(1013, Reconnect.BACKOFF, "try again later"),
  MALFORMED(4400, Reconnect.NEVER, "malformed message"),
  NOT_AUTHENTICATED(4401, Reconnect.NEVER, "not authenticated"),
  FORBIDDEN(4403, Reconnect.NEVER, "forbidden"),
  TOO_SLOW(4408, Reconnect.AT_ONCE, "too slow, resume"),
  TOO_MANY(4429, Reconnect.BACKOFF, "too many messages");

  /** When a client should reconnect. {@code NEVER}: not without changing something first. */
  public enum Reconnect {
    AT_ONCE,
    BACKOFF,
    NEVER
  }

  private final int number;
  private final Reconnect reconnect;
  private final String reason;

  CloseCode(int number, Reconnect reconnect, String reason) {
    this.number = number;
    this.reconnect = reconnect;
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

  public Reconnect reconnect() {
    return reconnect;
  }

  /** The default reason of a close frame. */
  public String reason() {
    return reason;
  }
}
