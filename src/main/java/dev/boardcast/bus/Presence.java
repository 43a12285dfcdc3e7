package dev.boardcast.bus;

import java.time.Instant;
import java.util.Objects;

/**
 * That a user is present on a topic, through one or more sessions of one node or of several.
 *
 * @param since when the first of these sessions came
 * @param data the last that one of them has given, of those that have given any
 * @param dataAt when that was
 */
public record Presence(Instant since, PresenceData data, Instant dataAt) {
  public Presence {
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(dataAt, "dataAt");
  }

  /** The presence of the same user elsewhere added: the earliest time, and the latest data. */
  public Presence and(Presence other) {
    Presence newer = dataAt.isBefore(other.dataAt) ? other : this;
    return new Presence(
        since.isBefore(other.since) ? since : other.since, newer.data, newer.dataAt);
  }
}
