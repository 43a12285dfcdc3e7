package dev.boardcast.gateway.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks at the end of the current turn of the event loop, such as one flush per socket however
 * many messages it got. One event loop.
 */
public final class TickScheduler {
  private static final Logger LOG = LoggerFactory.getLogger(TickScheduler.class);

  private final Executor eventLoop;
  private List<Runnable> due = new ArrayList<>();
  private List<Runnable> spare = new ArrayList<>();
  private boolean scheduled;

  public TickScheduler(Executor eventLoop) {
    this.eventLoop = eventLoop;
  }

  /** Runs {@code task} after the current task, once per call. */
  public void atEnd(Runnable task) {
    due.add(task);
    if (!scheduled) {
      scheduled = true;
      eventLoop.execute(this::run);
    }
  }

  private void run() {
    try {
      while (!due.isEmpty()) {
        List<Runnable> now = due;
        due = spare;
        spare = now;
        now.forEach(TickScheduler::runOne);
        now.clear();
      }
    } finally {
      spare.clear();
      scheduled = false;
      if (!due.isEmpty()) {
        scheduled = true;
        eventLoop.execute(this::run);
      }
    }
  }

  /** The failure of one socket must not keep others from their flush. */
  private static void runOne(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | OutOfMemoryError failure) {
      LOG.error("a task at the end of an event loop turn failed", failure);
    }
  }
}
