package dev.boardcast.bus;

import dev.boardcast.spi.RawJson;
import java.time.Instant;

/**
 * A message to the subscribers of an application stream that is delivered at most once and never
 * stored.
 *
 * @param key a message replaces one of the same publisher, topic and key that was not delivered
 *     yet; null for one that replaces none
 * @param publisher distinguishes the keys of publishers; not told to subscribers
 * @param session that has published it, and does not receive it; null for none
 */
public record EphemeralMessage(
    String topic,
    String type,
    RawJson data,
    Instant at,
    @CanBeNull String key,
    String publisher,
    @CanBeNull String session) {
  private static final char SEPARATOR = '\u001f';

  /** What it replaces messages by; null for none. Differs from every topic. */
  public String conflationKey() {
    return key == null ? null : SEPARATOR + topic + SEPARATOR + publisher + SEPARATOR + key;
  }
}
