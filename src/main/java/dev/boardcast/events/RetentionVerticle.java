package dev.boardcast.events;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the partitions of the event log every five seconds.
 *
 * <p>Any number of nodes may run it. A failed run is retried by the next: partitions are created
 * well ahead.
 */
public final class RetentionVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionVerticle.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  // Logged when the partitions ahead may soon be used up.
  private static final int FAILURES_TO_LOG = 6;

  private final EventLogPartitions partitions;
  private boolean running;
  private int failures;

  public RetentionVerticle(Pool pool, RetentionConfig config) {
    this.partitions = new EventLogPartitions(pool, config);
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(INTERVAL.toMillis(), tick -> maintain());
    maintain();
    return Future.succeededFuture();
  }

  private void maintain() {
    if (running) return;
    running = true;
    partitions
        .maintain()
        .onComplete(
            (changes, failure) -> {
              running = false;
              failures = failure == null ? 0 : failures + 1;
              if (failures == FAILURES_TO_LOG) {
                LOG.warn("maintaining the partitions of the event log keeps failing", failure);
              }
            });
  }
}
