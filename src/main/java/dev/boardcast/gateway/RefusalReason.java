package dev.boardcast.gateway;

import java.util.Locale;

/** Why a client is rejected for the moment. */
enum RefusalReason {
  STARTING("the node is starting"),
  LEAVING("the node is leaving"),
  RATE("too many clients come at once (gateway-max-connects-per-second)"),
  PATH_FULL("the path is full on this node (gateway-path-limits)"),
  NODE_FULL("the node is full (gateway-max-sessions)"),
  ADDRESS_FULL("too many sessions from one address (gateway-max-sessions-per-address)"),
  ANONYMOUS_FULL(
      "too many sessions without a token (gateway-max-anonymous-sessions,"
          + " gateway-max-anonymous-sessions-per-address)"),
  BUSY("clients wait for answers on this node"),
  LOG_AWAY("the event log cannot be read at present");

  private final String text;

  RefusalReason(String text) {
    this.text = text;
  }

  /** The text for clients. */
  String text() {
    return text;
  }

  /** The value of the meter's tag. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
