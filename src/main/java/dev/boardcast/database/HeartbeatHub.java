package dev.boardcast.database;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the database heartbeats of one node on to its parts. One per node. Thread safe; handlers
 * run on the thread that publishes, and must not block.
 */
public final class HeartbeatHub {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatHub.class);

  private final List<Consumer<Heartbeat>> handlers = new CopyOnWriteArrayList<>();
  private final DatabaseClock clock = new DatabaseClock();
  private final AtomicLong askedNanos = new AtomicLong(System.nanoTime());

  /**
   * Calls a handler with each heartbeat from now on.
   *
   * @return ends that; harmless when run twice
   */
  public Runnable subscribe(Consumer<Heartbeat> handler) {
    handlers.add(handler);
    return () -> handlers.remove(handler);
  }

  /** Passes a heartbeat on; a handler that throws does not keep it from the others. */
  public void publish(Heartbeat beat) {
    askedNanos.accumulateAndGet(
        beat.askedNanos(), (known, asked) -> asked - known > 0 ? asked : known);
    for (Consumer<Heartbeat> handler : handlers) {
      try {
        handler.accept(beat);
      } catch (RuntimeException defect) {
        LOG.error("a handler of database heartbeats failed", defect);
      }
    }
  }

  /** The time by the clock of the database, as heartbeats have read it. */
  public DatabaseClock clock() {
    return clock;
  }

  /**
   * How long ago the database is known to have answered: since the latest heartbeat's statement was
   * sent, or since this object was created while there was none.
   */
  public Duration age() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - askedNanos.get()));
  }
}
