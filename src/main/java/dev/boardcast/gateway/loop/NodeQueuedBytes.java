package dev.boardcast.gateway.loop;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes queued for all clients of a node, over all event loops, and starts a reduction
 * when they exceed the limit. Thread safe.
 */
public final class NodeQueuedBytes {
  // Time for the bytes that a reduction releases to be counted.
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final long limit;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicBoolean reducing = new AtomicBoolean();
  private volatile long reducedAt = System.nanoTime() - PAUSE_NANOS;
  private volatile Runnable reduction = this::reduced;

  public NodeQueuedBytes(long limit) {
    this.limit = limit;
  }

  public long limit() {
    return limit;
  }

  /** The bytes of all event loops. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Sets what reduces the bytes: it is called on any event loop, must not block, and calls {@link
   * #reduced} when it has finished.
   */
  public void onExceeded(Runnable next) {
    reduction = next;
  }

  /** The reduction has finished; another may follow. */
  public void reduced() {
    reducedAt = System.nanoTime();
    reducing.set(false);
  }

  /** Starts a reduction where the limit is exceeded and none runs. */
  public void check() {
    if (bytes.get() <= limit || System.nanoTime() - reducedAt < PAUSE_NANOS) return;
    if (reducing.compareAndSet(false, true)) reduction.run();
  }

  void add(long delta) {
    bytes.addAndGet(delta);
    check();
  }
}
