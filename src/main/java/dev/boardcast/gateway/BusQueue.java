package dev.boardcast.gateway;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Messages of the bus that wait for one event loop, in order and bounded in number. Unless they are
 * urgent they wait for the loop's next tick instead of waking it. Any thread adds, the event loop
 * takes.
 */
final class BusQueue<T> {
  private final int capacity;
  private final Queue<T> messages = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicBoolean isTakingDue = new AtomicBoolean();
  private volatile boolean urgent = true;

  BusQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Whether messages should be taken as they come. */
  void setUrgent(boolean isUrgent) {
    urgent = isUrgent;
  }

  /**
   * Adds a message, unless the queue is full.
   *
   * @return whether the caller has to make the event loop call {@link #take}
   */
  boolean add(T message) {
    if (size.incrementAndGet() > capacity) {
      size.decrementAndGet();
      return false;
    }
    messages.add(message);
    return urgent && isTakingDue.compareAndSet(false, true);
  }

  /**
   * Takes the messages that are there now. One that fails does not keep back the others: they are
   * taken in another turn.
   *
   * @param again makes the event loop call this method again
   */
  void take(Consumer<T> action, Runnable again) {
    isTakingDue.set(false);
    int left = size.get();
    try {
      for (T message = next(left); message != null; message = next(left)) {
        left--;
        action.accept(message);
      }
    } finally {
      if (left > 0 && !messages.isEmpty() && isTakingDue.compareAndSet(false, true)) again.run();
    }
  }

  private T next(int left) {
    T message = left > 0 ? messages.poll() : null;
    if (message != null) size.decrementAndGet();
    return message;
  }
}
