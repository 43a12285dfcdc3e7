package dev.boardcast.web.limits;

import java.util.Optional;

/**
 * Limits the facts, or the events, that each client sends in a second, by their number and bytes.
 * They are taken, and their client waits until it is within the limit again. Thread safe.
 */
public final class ItemRate {
  private static final String BYTES = "max-fact-bytes-per-second";

  private final Rate items;
  private final Rate bytes;

  ItemRate(String setting, long perSecond, long bytesPerSecond, LimitMeters meters) {
    items = new Rate(setting, perSecond, meters);
    bytes = new Rate(BYTES, bytesPerSecond, meters);
  }

  /** What to answer to a request while its client has to wait. */
  public Optional<RateLimit> before(String client) {
    return items.take(client, 0).or(() -> bytes.take(client, 0));
  }

  /**
   * Counts items that were read.
   *
   * @return the milliseconds until their client may send more
   */
  public long read(String client, long count, long size) {
    long nanos = Math.max(items.charge(client, count), bytes.charge(client, size));
    return (nanos + 999_999) / 1_000_000;
  }
}
