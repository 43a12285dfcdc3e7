package dev.boardcast.gateway.protocol;

import dev.boardcast.bus.Presence;
import dev.boardcast.bus.PresenceData;
import java.time.Instant;
import java.util.Comparator;

/**
 * A user who is present on a topic, as others see it.
 *
 * @param since when the first of its sessions came
 */
public record PresentUser(String user, PresenceData data, Instant since) {
  /** Those who came first are first, the same on every node. */
  public static final Comparator<PresentUser> ORDER =
      Comparator.comparing(PresentUser::since).thenComparing(PresentUser::user);

  public static PresentUser of(String user, Presence presence) {
    return new PresentUser(user, presence.data(), presence.since());
  }
}
