package dev.boardcast.gateway.protocol;

import dev.boardcast.engine.ComparedWith;

/**
 * How a client wants a topic, if not all of it and at once.
 *
 * @param intervalMillis the least time between two messages, in ms; 0 for none
 * @param latest whether only the newest event of a stream counts
 * @param fields which members of a board's snapshots; null for all
 * @param where which events of a stream; null for all
 * @param deltas whether it wants what has changed in a board's snapshot
 * @param compare with what a board's metrics are compared; null for nothing
 */
public record SubscribeOptions(
    int intervalMillis,
    boolean latest,
    FieldSelection fields,
    EventFilter where,
    boolean deltas,
    ComparedWith compare) {
  public static final SubscribeOptions NONE =
      new SubscribeOptions(0, false, null, null, false, null);

  /** Whether the subscription is as one without options. */
  public boolean isNone() {
    return equals(NONE);
  }
}
