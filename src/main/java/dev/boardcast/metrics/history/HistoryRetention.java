package dev.boardcast.metrics.history;

import dev.boardcast.database.Lease;
import dev.boardcast.database.LeaseHolder;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the partitions of the board history on the one node that holds the lease {@code
 * history}.
 *
 * <p>A failed run is retried by the next: partitions are created far enough ahead. Confined to one
 * event loop.
 */
public final class HistoryRetention {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryRetention.class);
  private static final Duration LEASE_TTL = Duration.ofSeconds(30);
  private static final Duration MAX_INTERVAL = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final LeaseHolder leaseHolder;
  private final HistoryPartitions partitions;
  private final Duration timeout;
  private final long intervalMillis;

  private Future<Void> run = Future.succeededFuture();
  private boolean failing;
  private long timer;

  /**
   * @param heartbeat holds the lease
   * @param timeout how long {@link #start} and {@link #stop} wait for a run
   */
  public HistoryRetention(
      Vertx vertx,
      NodeHeartbeat heartbeat,
      Pool pool,
      HistoryConfig config,
      Duration timeout,
      Clock clock) {
    this.vertx = vertx;
    this.timeout = timeout;
    var lease = new Lease("history", heartbeat.node(), LEASE_TTL);
    leaseHolder = new LeaseHolder(vertx, heartbeat, lease);
    partitions = new HistoryPartitions(pool, lease, config, clock);
    var finest = config.tiers().get(0).span();
    intervalMillis = Math.min(MAX_INTERVAL.toMillis(), finest.toMillis() / 2);
  }

  /** Completes after the first run, if this node holds the lease, or when that takes long. */
  public Future<Void> start() {
    timer = vertx.setPeriodic(intervalMillis, due -> maintain());
    return bounded(leaseHolder.start(this::maintain).compose(tried -> run));
  }

  /** Releases the lease; never fails. */
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    return bounded(run).compose(ended -> leaseHolder.close());
  }

  private void maintain() {
    if (!leaseHolder.isHeld() || !run.isComplete()) return;
    long token = leaseHolder.token().getAsLong();
    run =
        partitions
            .maintain(token)
            .onSuccess(
                changes -> {
                  failing = false;
                  leaseHolder.renewed();
                })
            .<Void>mapEmpty()
            .recover(failure -> failed(token, failure));
  }

  private Future<Void> failed(long token, Throwable failure) {
    if (failure instanceof LeaseLostException) {
      leaseHolder.lost(token);
    } else {
      leaseHolder.workFailed(failure);
      if (failing) LOG.warn("maintaining the partitions of the history failed again", failure);
      failing = true;
    }
    return Future.succeededFuture();
  }

  private Future<Void> bounded(Future<Void> work) {
    return work.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }
}
