package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.gateway.transport.Transport;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one session's messages: directly while the transport is writable, else through a bounded
 * queue that exists only while messages wait. One event loop.
 */
final class SessionWriter {
  private final Transport transport;
  private final boolean arrays;
  private final GatewayLoop loop;
  private SendQueue queue;
  private List<Runnable> onDrained;
  private boolean drainScheduled;
  private boolean closed;

  /**
   * @param arrays whether the messages of one tick leave as one JSON array
   */
  SessionWriter(Transport transport, boolean arrays, GatewayLoop loop) {
    this.transport = transport;
    this.arrays = arrays;
    this.loop = loop;
  }

  /** Writes or queues a frame; false when the queue is full. */
  boolean send(Frame frame) {
    if (closed) return true;
    loop.meters().frame();
    if (queue == null && !arrays && transport.isWritable()) {
      transport.write(frame);
      return true;
    }
    if (queue == null) queue = new SendQueue(loop.config().maxQueue(), loop.now());
    int before = queue.bytes();
    if (!queue.add(frame)) return false;
    loop.queued().add(queue.bytes() - before);
    if (queue.bytes() > SendQueue.MAX_ARRAY_BYTES && transport.isWritable()) drain();
    if (arrays && queue != null && !drainScheduled) {
      drainScheduled = true;
      loop.ticks().atEnd(this::drain);
    }
    return true;
  }

  /** Whether messages wait for the client to read. */
  boolean isBacklogged() {
    return !transport.isWritable() || (queue != null && !drainScheduled);
  }

  /** Bytes in the queue. */
  int queuedBytes() {
    return queue == null ? 0 : queue.bytes();
  }

  /** Since how long messages have been in the queue. */
  long lagMillis() {
    return queue == null ? 0 : Math.max(0, loop.now() - queue.since());
  }

  /** Runs {@code task} once the queue is empty and the transport writable. */
  void whenDrained(Runnable task) {
    if (closed) return;
    if (onDrained == null) onDrained = new ArrayList<>(2);
    onDrained.add(task);
  }

  void drain() {
    drainScheduled = false;
    int before = queuedBytes();
    while (queue != null && transport.isWritable()) {
      transport.write(arrays ? queue.takeArray() : queue.take());
      if (queue.isEmpty()) queue = null;
    }
    loop.queued().add(queuedBytes() - before);
    if (queue == null && onDrained != null && transport.isWritable()) {
      List<Runnable> tasks = onDrained;
      onDrained = null;
      tasks.forEach(Runnable::run);
    }
  }

  /** Writes what the transport takes at once and drops the rest; later messages are dropped. */
  void close() {
    onDrained = null;
    drain();
    closed = true;
    loop.queued().add(-queuedBytes());
    queue = null;
  }
}
