package dev.boardcast.metrics.history;

import dev.boardcast.database.Lease;
import dev.boardcast.metrics.LeaseHolder;
import dev.boardcast.metrics.MetricsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the partitions of history on the one node that holds the lease {@code history}. A
 * fault costs a turn; they are made long enough ahead. Confined to one event loop.
 */
public final class HistoryRetention implements LeaseHolder.Holder {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryRetention.class);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final LeaseHolder tenure;
  private final HistoryPartitions partitions;
  private final Duration patience;
  private final long pauseMillis;

  private Future<Void> turn = Future.succeededFuture();
  private boolean failing;
  private long timer;

  public HistoryRetention(Vertx vertx, String node, Pool pool, MetricsConfig config, Clock clock) {
    this.vertx = vertx;
    var lease = new Lease("history", node, LEASE);
    tenure = new LeaseHolder(vertx, lease, pool);
    partitions = new HistoryPartitions(pool, lease, config.history(), clock);
    patience = config.leaseTtl().multipliedBy(2);
    var finest = config.history().tiers().get(0).span();
    pauseMillis = Math.min(LONGEST_PAUSE.toMillis(), finest.toMillis() / 2);
  }

  /** Completes when the partitions are there, or when that takes long; never fails. */
  public Future<Void> start() {
    timer = vertx.setPeriodic(pauseMillis, due -> turn());
    return bounded(tenure.start(this).compose(tried -> turn));
  }

  /** Gives the lease back; never fails. */
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    return bounded(turn).compose(settled -> tenure.close());
  }

  @Override
  public void granted() {
    turn();
  }

  @Override
  public boolean isWorking() {
    return !turn.isComplete();
  }

  private void turn() {
    if (tenure.token().isEmpty() || isWorking()) return;
    long token = tenure.token().getAsLong();
    turn =
        partitions
            .turn(token)
            .onSuccess(
                changed -> {
                  failing = false;
                  tenure.worked();
                })
            .<Void>mapEmpty()
            .recover(failure -> failed(token, failure));
  }

  private Future<Void> failed(long token, Throwable failure) {
    if (failure instanceof Lease.Lost) {
      tenure.lost(token);
    } else {
      if (failing) LOG.warn("history's partitions could not be looked after again", failure);
      failing = true;
    }
    return Future.succeededFuture();
  }

  private Future<Void> bounded(Future<Void> work) {
    return work.timeout(patience.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }
}
