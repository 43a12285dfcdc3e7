package dev.boardcast.gateway.feed;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.Frame;

/**
 * A ring buffer of a shard's last events, for clients that reconnect soon and for the switch from
 * catch-up to live. Shared by all sessions, bounded in number and bytes. An event that nobody has
 * asked for is kept as it came, not decoded. One event loop.
 */
final class RecentEvents {
  private static final int CAPACITY = 2048;
  private static final long MAX_BYTES = 4 << 20;

  private EventBatch[] ring;
  private EventMessage[] messages;
  private long oldest = 1;
  private long next = 1;
  private long bytes;

  /** Drops all events; the next one is that after {@code position}. */
  void restart(long position) {
    ring = null;
    messages = null;
    bytes = 0;
    oldest = position + 1;
    next = oldest;
  }

  /** Appends the next event, which is one of the batch; sequences are contiguous. */
  void add(EventBatch batch, long sequence) {
    if (sequence != next) {
      throw new IllegalStateException("expected " + next + ", got " + sequence);
    }
    if (ring == null) {
      ring = new EventBatch[CAPACITY];
      messages = new EventMessage[CAPACITY];
    }
    if (next - oldest == CAPACITY) dropOldest();
    ring[slot(next++)] = batch;
    bytes += size(batch, sequence);
    while (bytes > MAX_BYTES) dropOldest();
  }

  /** Whether every event after that sequence is present. */
  boolean coversAfter(long sequence) {
    return sequence >= oldest - 1;
  }

  /** A covered event, decoded if it was not; null for one beyond the last. */
  EventMessage get(long sequence) {
    if (sequence >= next) return null;
    int slot = slot(sequence);
    if (messages[slot] == null) {
      EventBatch batch = ring[slot];
      messages[slot] = new EventMessage(batch.shard(), batch.epoch(), batch.event(sequence));
    }
    return messages[slot];
  }

  private void dropOldest() {
    int slot = slot(oldest);
    bytes -= size(ring[slot], oldest);
    ring[slot] = null;
    messages[slot] = null;
    oldest++;
  }

  private static int size(EventBatch batch, long sequence) {
    return batch.size(sequence) + Frame.OVERHEAD;
  }

  private static int slot(long sequence) {
    return (int) (sequence % CAPACITY);
  }
}
