package dev.boardcast.bus;

import java.util.Objects;

/**
 * What one node knows of a user on a topic, by its own sessions.
 *
 * @param presence null where none of them is present any more
 */
public record PresenceChange(String topic, String user, @CanBeNull Presence presence) {
  public PresenceChange {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(user, "user");
  }
}
