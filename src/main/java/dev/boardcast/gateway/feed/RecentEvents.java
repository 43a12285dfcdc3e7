package dev.boardcast.gateway.feed;

import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;

/**
 * A ring buffer of a shard's last events, for clients that reconnect soon and for the switch from
 * catch-up to live. Shared by all sessions, bounded in number and bytes. One event loop.
 */
final class RecentEvents {
  private static final int CAPACITY = 2048;
  private static final long MAX_BYTES = 4 << 20;

  private EventMessage[] ring;
  private long oldest = 1;
  private long next = 1;
  private long bytes;

  /** Drops all events; the next one is that after {@code position}. */
  void restart(long position) {
    ring = null;
    bytes = 0;
    oldest = position + 1;
    next = oldest;
  }

  /** Appends the next event; sequences are contiguous. */
  void add(EventMessage message) {
    if (message.sequence() != next) {
      throw new IllegalStateException("expected " + next + ", got " + message.sequence());
    }
    if (ring == null) ring = new EventMessage[CAPACITY];
    if (next - oldest == CAPACITY) dropOldest();
    ring[slot(next++)] = message;
    bytes += size(message);
    while (bytes > MAX_BYTES) dropOldest();
  }

  /** Whether every event after that sequence is present. */
  boolean coversAfter(long sequence) {
    return sequence >= oldest - 1;
  }

  /** A covered event; null for one beyond the last. */
  EventMessage get(long sequence) {
    return sequence < next ? ring[slot(sequence)] : null;
  }

  private void dropOldest() {
    bytes -= size(ring[slot(oldest)]);
    ring[slot(oldest++)] = null;
  }

  private static int size(EventMessage message) {
    return message.event().data().text().length() + Frame.OVERHEAD;
  }

  private static int slot(long sequence) {
    return (int) (sequence % CAPACITY);
  }
}
