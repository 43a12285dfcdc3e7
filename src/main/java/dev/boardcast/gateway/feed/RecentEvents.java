package dev.boardcast.gateway.feed;

import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;

/**
 * The last events of a shard, kept for clients that come back soon and for the step from catching
 * up to live: shared by all sessions, bounded in number and bytes. One event loop.
 */
public final class RecentEvents {
  private static final int CAPACITY = 2048;
  private static final long MAX_BYTES = 4 << 20;

  private EventMessage[] ring;
  private long oldest = 1;
  private long next = 1;
  private long bytes;

  /** Forgets everything; the next event is the one after {@code position}. */
  void restart(long position) {
    ring = null;
    bytes = 0;
    oldest = position + 1;
    next = oldest;
  }

  /** Takes the next event in; sequences are contiguous. */
  void add(EventMessage message) {
    if (message.sequence() != next) {
      throw new IllegalStateException("expected " + next + ", got " + message.sequence());
    }
    if (ring == null) ring = new EventMessage[CAPACITY];
    if (next - oldest == CAPACITY) forgetOldest();
    ring[slot(next++)] = message;
    bytes += size(message);
    while (bytes > MAX_BYTES) forgetOldest();
  }

  /** Whether every event after that sequence is here. */
  public boolean coverAfter(long sequence) {
    return sequence >= oldest - 1;
  }

  /** An event that is covered; null for one that is yet to come. */
  public EventMessage get(long sequence) {
    return sequence < next ? ring[slot(sequence)] : null;
  }

  private void forgetOldest() {
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
