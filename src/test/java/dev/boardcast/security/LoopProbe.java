package dev.boardcast.security;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures for how long work holds an event loop: a timer of one millisecond on the loop notes how
 * much CPU the loop's thread used since it fired last. That is the delay of everybody else on the
 * loop on a machine that does nothing else, and does not depend on what else the machine does.
 * Thread safe.
 */
final class LoopProbe implements AutoCloseable {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Vertx vertx;
  private final AtomicLong longest = new AtomicLong();
  private volatile long timer;
  private volatile boolean closed;

  LoopProbe(Context loop) {
    vertx = loop.owner();
    loop.runOnContext(turn -> again(THREADS.getCurrentThreadCpuTime()));
  }

  private void again(long since) {
    if (closed) return;
    timer =
        vertx.setTimer(
            1,
            fired -> {
              long now = THREADS.getCurrentThreadCpuTime();
              longest.accumulateAndGet(now - since, Math::max);
              again(now);
            });
  }

  /** The longest time since the last call. */
  long takeMillis() {
    return longest.getAndSet(0) / 1_000_000;
  }

  @Override
  public void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }
}
