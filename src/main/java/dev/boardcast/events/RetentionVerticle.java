package dev.boardcast.events;

import dev.boardcast.database.Heartbeat;
import dev.boardcast.database.Lease;
import dev.boardcast.database.LeaseHolder;
import dev.boardcast.database.NodeHeartbeat;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the partitions of the event log on the one node that holds the lease {@code retention}:
 * within five seconds after events were logged, and every minute for those that become too old.
 *
 * <p>A failed run is retried by the next: partitions are created well ahead.
 */
public final class RetentionVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionVerticle.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration LEASE_TTL = Duration.ofSeconds(10);
  private static final int IDLE_RUNS = 12;
  // Logged when the partitions ahead may soon be used up.
  private static final int FAILURES_TO_LOG = 6;

  private final NodeHeartbeat heartbeat;
  private final EventLogPartitions partitions;
  private LeaseHolder lease;
  private Runnable unsubscribe = () -> {};
  private volatile long logged;
  private long maintained = -1;
  private int skipped;
  private Future<?> run = Future.succeededFuture();
  private int failures;

  public RetentionVerticle(NodeHeartbeat heartbeat, Pool pool, RetentionConfig config) {
    this.heartbeat = heartbeat;
    this.partitions = new EventLogPartitions(pool, config);
  }

  @Override
  public Future<?> start() {
    unsubscribe =
        heartbeat
            .heartbeats()
            .subscribe(
                beat -> logged = beat.shards().stream().mapToLong(Heartbeat.Shard::head).sum());
    lease = new LeaseHolder(vertx, heartbeat, new Lease("retention", heartbeat.node(), LEASE_TTL));
    vertx.setPeriodic(INTERVAL.toMillis(), tick -> maintainIfDue());
    return lease.start(this::maintain);
  }

  @Override
  public Future<?> stop() {
    unsubscribe.run();
    return run.otherwiseEmpty().eventually(lease::close);
  }

  private void maintainIfDue() {
    if (logged == maintained && ++skipped < IDLE_RUNS) return;
    maintain();
  }

  private void maintain() {
    if (!lease.isHeld() || !run.isComplete()) return;
    skipped = 0;
    long before = logged;
    run =
        partitions
            .maintain()
            .onComplete(
                (changes, failure) -> {
                  failures = failure == null ? 0 : failures + 1;
                  if (failure == null) maintained = before;
                  if (failure != null) lease.workFailed(failure);
                  if (failures == FAILURES_TO_LOG) {
                    LOG.warn("maintaining the partitions of the event log keeps failing", failure);
                  }
                });
  }
}
