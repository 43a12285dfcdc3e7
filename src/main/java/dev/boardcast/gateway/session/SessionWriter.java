package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.Frame;
import dev.boardcast.gateway.transport.Transport;
import java.util.ArrayList;
import java.util.List;

/**
 * The way out of one session: straight to the transport while that takes more, else through a
 * bounded queue that exists only as long as something waits. One event loop.
 */
final class SessionWriter {
  private final Transport outlet;
  private final boolean arrays;
  private final GatewayLoop loop;
  private SendQueue queue;
  private List<Runnable> onDrained;
  private boolean drainDue;
  private boolean shut;

  /**
   * @param arrays whether several messages that are due at once leave as one JSON array
   */
  SessionWriter(Transport outlet, boolean arrays, GatewayLoop loop) {
    this.outlet = outlet;
    this.arrays = arrays;
    this.loop = loop;
  }

  /** Sends now or when the client reads; false when too much waits already. */
  boolean post(Frame frame) {
    if (shut) return true;
    loop.meters().frame();
    if (queue == null && !arrays && outlet.isWritable()) {
      outlet.write(frame);
      return true;
    }
    if (queue == null) queue = new SendQueue(loop.config().maxQueue());
    if (!queue.add(frame)) return false;
    if (queue.bytes() > SendQueue.MAX_ARRAY && outlet.isWritable()) drain();
    if (arrays && queue != null && !drainDue) {
      drainDue = true;
      loop.turn().atEnd(this::drain);
    }
    return true;
  }

  /** Whether something waits for the client to read. */
  boolean isBacklogged() {
    return !outlet.isWritable() || (queue != null && !drainDue);
  }

  /** Bytes that wait in our own queue. */
  int bytes() {
    return queue == null ? 0 : queue.bytes();
  }

  /** Runs {@code task} when nothing waits any more. */
  void whenDrained(Runnable task) {
    if (shut) return;
    if (onDrained == null) onDrained = new ArrayList<>(2);
    onDrained.add(task);
  }

  void drain() {
    drainDue = false;
    while (queue != null && outlet.isWritable()) {
      outlet.write(arrays ? queue.takeArray() : queue.take());
      if (queue.isEmpty()) queue = null;
    }
    if (queue == null && onDrained != null && outlet.isWritable()) {
      List<Runnable> tasks = onDrained;
      onDrained = null;
      tasks.forEach(Runnable::run);
    }
  }

  /** Writes what the transport takes at once and forgets the rest; nothing follows. */
  void shut() {
    onDrained = null;
    drain();
    shut = true;
    queue = null;
  }
}
