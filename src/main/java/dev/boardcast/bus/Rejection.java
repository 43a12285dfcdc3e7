package dev.boardcast.bus;

import java.util.Locale;

/** Why a message from another node was dropped. */
enum Rejection {
  /** Its bytes are not what the codec of its address writes. */
  CODEC,
  /** It is not of the type of its address. */
  ADDRESS,
  /** It lacks a field, has a wrong one or too many, or is too long. */
  SCHEMA,
  /** It must be signed with a key of the cluster's secret, and is not. */
  SIGNATURE,
  /** It was signed too long ago, or in the future. */
  EXPIRED,
  /** It was received before. */
  REPLAYED;

  /** As the value of a meter's tag. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
