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
 * One shard's way from outbox to bus: takes the lease when it is free, drains while it holds it.
 *
 * <p>One turn at a time: acquire or drain, then publish, then wait for the next hint, sweep or try.
 * All methods are called on the verticle's event loop.
 */
final class ShardEmitter {
  private static final int MAX_BATCH_CHARS = 256 * 1024;

  // What a predecessor moved at the end it may not have published. Gateways would read it from the
  // log; one that is cut off from the database could not, and everything after it would wait.
  private static final int REPEATED = 100;

  private final int shard;
  private final Pool pool;
  private final TypedBus bus;
  private final EmitterConfig config;
  private final EmitterMeters meters;
  private final Lease lease;
  private final OutboxDrain drain;
  private final EventLog log;
  private final PollLoop turns;

  /** The fencing token while the lease is held, as far as we know. */
  private OptionalLong token = OptionalLong.empty();

  /** The last event published under this token; null until the first drain tells the head. */
  private Offset position;

  /** When the lease was last known to be ours. */
  private long renewedNanos;

  ShardEmitter(
      Vertx vertx,
      int shard,
      String node,
      Pool pool,
      TypedBus bus,
      EmitterConfig config,
      EmitterMeters meters) {
    this.shard = shard;
    this.pool = pool;
    this.bus = bus;
    this.config = config;
    this.meters = meters;
    lease = new Lease("emitter." + shard, node, config.leaseTtl());
    drain = new OutboxDrain(pool, lease, shard, config.batch());
    log = new EventLog(pool);
    turns = new PollLoop(vertx, "emitter of shard " + shard, this::turn);
  }

  /** Begins with a short random wait, so that nodes that start together share the shards. */
  void start() {
    turns.start(Backoff.jittered(Duration.ofMillis(100)));
  }

  /** The outbox has rows: looks now, or as soon as the turn under way has ended. */
  void hint() {
    if (token.isPresent()) turns.runNow();
  }

  /**
   * Tells gateways how far the log goes, when it is ours to tell. One that cannot renew its lease
   * is silent: its word would keep gateways from asking the log.
   */
  void beacon() {
    if (token.isPresent() && position != null && isRenewed()) {
      bus.publish(
          Addresses.SHARD_BEACONS, new ShardBeacon(shard, position.epoch(), position.sequence()));
    }
  }

  /**
   * Ends the turn under way and gives the lease back, so that another node goes on at once.
   *
   * @return always succeeds, after at most three lease times; an unreleased lease expires
   */
  Future<Void> close() {
    return turns
        .stop(config.leaseTtl().multipliedBy(2))
        .compose(stopped -> release())
        .otherwiseEmpty()
        .onComplete(
            released -> {
              resign();
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

  /** Returns how long to wait until the next turn; nothing when there is more to do now. */
  private Future<Duration> turn() {
    return token.isEmpty() ? acquire() : drain().recover(this::lost);
  }

  private Future<Duration> acquire() {
    return bounded(lease.acquire(pool))
        .map(
            granted -> {
              token = granted;
              meters.held(granted.isPresent());
              return granted.isPresent() ? Duration.ZERO : tryAgain();
            });
  }

  private Future<Duration> drain() {
    return bounded(drain.run(token.getAsLong(), position == null ? 0 : position.sequence()))
        .compose(drained -> publish(drained).map(drained.events().size()))
        .map(moved -> moved == config.batch() ? Duration.ZERO : config.sweep());
  }

  private Future<Duration> lost(Throwable failure) {
    if (!(failure instanceof LeaseLostException)) return Future.failedFuture(failure);
    resign();
    return Future.succeededFuture(tryAgain());
  }

  /** An answer that comes later than this is not acted upon: its events are read from the log. */
  private <T> Future<T> bounded(Future<T> answer) {
    return answer.timeout(2 * config.leaseTtl().toMillis(), TimeUnit.MILLISECONDS);
  }

  private Future<Void> publish(OutboxDrain.Drained drained) {
    renewedNanos = System.nanoTime();
    if (position == null) {
      position = new Offset(drained.epoch(), Math.max(0, drained.base() - REPEATED));
    } else if (!position.epoch().equals(drained.epoch())) {
      position = new Offset(drained.epoch(), drained.base());
      beacon();
    }
    return publishLogged(drained.base())
        .onSuccess(
            level -> {
              publish(drained.events());
              meters.published(drained.events());
            });
  }

  /** Publishes what was committed by drains whose answers never came, up to {@code base}. */
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
    for (EventBatch batch : EventBatches.cut(shard, position.epoch(), events, MAX_BATCH_CHARS)) {
      bus.publish(Addresses.EVENTS, batch);
    }
    position = new Offset(position.epoch(), events.get(events.size() - 1).sequence());
  }

  /** The log no longer has what is missing; who needs it learns that from the log as well. */
  private void skipTo(long sequence) {
    position = new Offset(position.epoch(), sequence);
    beacon();
  }

  private void resign() {
    token = OptionalLong.empty();
    position = null;
    meters.held(false);
  }

  private Duration tryAgain() {
    // Often: a dead node's shard rests for its lease, and then until somebody tries.
    return Backoff.jittered(config.leaseTtl().dividedBy(8));
  }
}
