package dev.boardcast.server;

import dev.boardcast.Boardcast;
import dev.boardcast.database.Backoff;
import dev.boardcast.spi.BoardModule;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a node, and starts another one in the same process when it closed itself because of a fault:
 * after a second, and after longer if faults follow each other. A start that fails is a fault too,
 * other than the first. Used once; thread safe.
 */
final class NodeRun {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRun.class);
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration MAX_DELAY = Duration.ofSeconds(30);
  // A node that ran as long as this was repaired.
  private static final Duration STABLE_AFTER = Duration.ofMinutes(5);

  private final Supplier<NodeProcess> processes;
  private NodeProcess current;
  private boolean stopped;

  /**
   * @param processes makes one for each start
   */
  NodeRun(Supplier<NodeProcess> processes) {
    this.processes = processes;
  }

  /**
   * Blocks until the node has closed for good.
   *
   * @param ready is called after each start
   * @throws ExecutionException when the first node could not be started
   */
  void untilClosed(List<BoardModule> boards, Consumer<Boardcast> ready)
      throws InterruptedException, ExecutionException {
    var backoff = new Backoff(FIRST_DELAY, MAX_DELAY);
    boolean hasStarted = false;
    while (true) {
      NodeProcess process = next();
      long startNanos = System.nanoTime();
      Boardcast node = null;
      try {
        node = get(process.start(boards));
      } catch (ExecutionException failure) {
        if (!hasStarted) throw failure;
        if (isStopped()) return;
        LOG.warn("the node could not be started again: {}", failure.getCause().toString());
      }
      if (node != null) {
        hasStarted = true;
        ready.accept(node);
        get(node.closed());
        if (!process.hasFailed()) return;
      }
      process.stop();
      if (System.nanoTime() - startNanos > STABLE_AFTER.toNanos()) backoff.reset();
      if (waitUnlessStopped(backoff.next())) return;
      LOG.info("the node starts again");
    }
  }

  /** Stops the node for good. Blocks for bounded time; may be called again and at any time. */
  void stop() {
    NodeProcess last;
    synchronized (this) {
      stopped = true;
      notifyAll();
      last = current;
    }
    if (last != null) last.stop();
  }

  private synchronized NodeProcess next() {
    current = processes.get();
    // Its start fails then.
    if (stopped) current.stop();
    return current;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized boolean waitUnlessStopped(Duration delay) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + delay.toNanos();
    while (!stopped) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      if (leftMillis <= 0) return false;
      wait(leftMillis);
    }
    return true;
  }

  private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
