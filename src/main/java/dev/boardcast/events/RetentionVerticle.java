package dev.boardcast.events;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the partitions of the event log until undeployed. Any number of nodes may run it. A
 * fault costs a turn; partitions are made well ahead.
 */
public final class RetentionVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionVerticle.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  // Said when the partitions ahead may soon be used up.
  private static final int WORRY = 6;

  private final EventLogPartitions partitions;
  private boolean busy;
  private int failures;

  public RetentionVerticle(Pool pool, RetentionConfig config) {
    this.partitions = new EventLogPartitions(pool, config);
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(EVERY.toMillis(), tick -> turn());
    turn();
    return Future.succeededFuture();
  }

  private void turn() {
    if (busy) return;
    busy = true;
    partitions
        .turn()
        .onComplete(
            (changed, failure) -> {
              busy = false;
              failures = failure == null ? 0 : failures + 1;
              if (failures == WORRY) {
                LOG.warn("the event log's partitions could not be looked after", failure);
              }
            });
  }
}
