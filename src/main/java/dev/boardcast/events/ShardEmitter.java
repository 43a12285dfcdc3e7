package dev.boardcast.events;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Backoff;
import dev.boardcast.database.Lease;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Moves one shard's events from the outbox to the log and publishes them, while it holds the
 * shard's lease.
 *
 * <p>Each run acquires the lease, or drains and publishes; the next one starts on a hint, or after
 * the sweep interval. Confined to the verticle's event loop.
 */
final class ShardEmitter {
  private static final int MAX_BATCH_CHARS = 256 * 1024;

  // The previous holder may have moved these without publishing them. A gateway would read them
  // from the log, but one that is cut off from the database could not, and would deliver nothing
  // after them.
  private static final int REPUBLISHED = 100;

  private final int shard;
  private final Pool pool;
  private final TypedBus bus;
  private final EmitterConfig config;
  private final EmitterMeters meters;
  private final Lease lease;
  private final OutboxDrain drain;
  private final EventLog log;
  private final PollLoop loop;

  /** The fencing token while the lease is held, as far as this node knows. */
  private OptionalLong token = OptionalLong.empty();

  /** The last event published with this token; null until the first drain returns the head. */
  private Offset position;

  /** When the lease was last renewed. */
  private long renewedNanos;

  ShardEmitter(Vertx vertx, EmitterContext context, int shard) {
    this.shard = shard;
    pool = context.pool();
    bus = context.bus();
    config = context.config();
    meters = new EmitterMeters(context.meters(), shard);
    lease = new Lease("emitter." + shard, context.node(), config.leaseTtl());
    drain = new OutboxDrain(pool, lease, shard, config.batch());
    log = new EventLog(pool);
    loop = new PollLoop(vertx, "emitter of shard " + shard, this::run);
  }

  /** Starts after a short random delay, so that nodes that start together share the shards. */
  void start() {
    loop.start(Backoff.jittered(Duration.ofMillis(100)));
  }

  /** The outbox has rows: drains now, or as soon as the current run has ended. */
  void hint() {
    if (token.isPresent()) loop.runNow();
  }

  /**
   * Publishes the head of the log, if this node holds the lease. Without a recent renewal it stays
   * silent, so that gateways read the log.
   */
  void publishBeacon() {
    if (token.isPresent() && position != null && isRenewed()) {
      bus.publish(
          Addresses.SHARD_BEACONS, new ShardBeacon(shard, position.epoch(), position.sequence()));
    }
  }

  /**
   * Finishes the current run and releases the lease, so that another node continues at once.
   *
   * @return always succeeds, after at most three lease times; an unreleased lease expires
   */
  Future<Void> close() {
    return loop.stop(config.leaseTtl().multipliedBy(2))
        .compose(stopped -> release())
        .otherwiseEmpty()
        .onComplete(
            released -> {
              resetLease();
              meters.close();
            });
  }

  private Future<Void> release() {
    if (token.isEmpty()) return Future.succeededFuture();
    return lease
        .release(pool, token.getAsLong())
        .timeout(config.leaseTtl().toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean isRenewed() {
    return System.nanoTime() - renewedNanos < 2 * config.leaseTtl().toNanos();
  }

  /** Returns the delay before the next run; zero when there is more to do. */
  private Future<Duration> run() {
    return token.isEmpty() ? acquire() : drain().recover(this::lost);
  }

  private Future<Duration> acquire() {
    return bounded(lease.acquire(pool))
        .map(
            granted -> {
              token = granted;
              meters.held(granted.isPresent());
              return granted.isPresent() ? Duration.ZERO : retryDelay();
            });
  }

  private Future<Duration> drain() {
    return bounded(drain.run(token.getAsLong(), position == null ? 0 : position.sequence()))
        .compose(drained -> publish(drained).map(drained.events().size()))
        .map(moved -> moved == config.batch() ? Duration.ZERO : config.sweep());
  }

  private Future<Duration> lost(Throwable failure) {
    if (!(failure instanceof LeaseLostException)) return Future.failedFuture(failure);
    resetLease();
    return Future.succeededFuture(retryDelay());
  }

  /** Ignores a response that comes too late: its events are read from the log. */
  private <T> Future<T> bounded(Future<T> response) {
    return response.timeout(2 * config.leaseTtl().toMillis(), TimeUnit.MILLISECONDS);
  }

  private Future<Void> publish(OutboxDrain.Drained drained) {
    renewedNanos = System.nanoTime();
    if (position == null) {
      position = new Offset(drained.epoch(), Math.max(0, drained.base() - REPUBLISHED));
    } else if (!position.epoch().equals(drained.epoch())) {
      position = new Offset(drained.epoch(), drained.base());
      publishBeacon();
    }
    return publishLogged(drained.base())
        .onSuccess(
            done -> {
              publish(drained.events());
              meters.published(drained.events());
            });
  }

  /** Publishes what drains without a response have committed, up to {@code base}. */
  private Future<Void> publishLogged(long base) {
    long missing = base - position.sequence();
    if (missing <= 0) return Future.succeededFuture();
    return bounded(log.read(shard, position.sequence(), (int) Math.min(missing, config.batch())))
        .compose(
            events -> {
              if (events.isEmpty()) skipTo(base);
              publish(events);
              return publishLogged(base);
            });
  }

  private void publish(List<LoggedEvent> events) {
    if (events.isEmpty()) return;
    for (EventBatch batch : EventBatches.split(shard, position.epoch(), events, MAX_BATCH_CHARS)) {
      bus.publish(Addresses.EVENTS, batch);
    }
    position = new Offset(position.epoch(), events.get(events.size() - 1).sequence());
  }

  /** Skips events that are no longer in the log; gateways find that out from the log, too. */
  private void skipTo(long sequence) {
    position = new Offset(position.epoch(), sequence);
    publishBeacon();
  }

  private void resetLease() {
    token = OptionalLong.empty();
    position = null;
    meters.held(false);
  }

  private Duration retryDelay() {
    // Short: a dead node's shard waits for the end of its lease, and then for the next try.
    return Backoff.jittered(config.leaseTtl().dividedBy(8));
  }
}
