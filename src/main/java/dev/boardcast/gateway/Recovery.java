package dev.boardcast.gateway;

import java.util.Locale;

/** What became of a client's offset, as counted by {@link GatewayMeters}. */
public enum Recovery {
  /** Everything after the offset follows. */
  RECOVERED,
  /** It is no offset. */
  MALFORMED_OFFSET,
  /** It belongs to another history of the log. */
  EPOCH_CHANGED,
  /** The log ends before it. */
  BEYOND_HEAD,
  /** Retention has dropped events after it. */
  DROPPED_BY_RETENTION,
  /** The history ended while the subscription followed it. */
  HISTORY_CHANGED;

  String outcome() {
    return this == RECOVERED ? "recovered" : "refused";
  }

  String reason() {
    return this == RECOVERED ? "none" : name().toLowerCase(Locale.ROOT);
  }
}
