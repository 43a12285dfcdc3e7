package dev.boardcast.events;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseClock;
import dev.boardcast.database.Lease;
import dev.boardcast.database.LeaseHolder;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * Moves one shard's events from the outbox to the log and publishes them, while it holds the
 * shard's lease.
 *
 * <p>It drains when a hint or a heartbeat says that the outbox has rows, and when it has acquired
 * the lease. Confined to the verticle's event loop.
 */
final class ShardEmitter {
  private static final int MAX_BATCH_CHARS = 256 * 1024;
  private static final long NO_TOKEN = 0;

  // The previous holder may have moved these without publishing them. A gateway would read them
  // from the log, but one that is cut off from the database could not, and would deliver nothing
  // after them.
  private static final int REPUBLISHED = 100;

  private final int shard;
  private final TypedBus bus;
  private final EmitterConfig config;
  private final EmitterMeters meters;
  private final LeaseHolder lease;
  private final OutboxDrain drain;
  private final EventLog log;
  private final TaskLoop loop;
  private final DatabaseClock clock;

  /** The fencing token that {@link #position} belongs to. */
  private long token;

  /** The last event published with this token; null until the first drain returns the head. */
  private Offset position;

  ShardEmitter(Vertx vertx, EmitterContext context, int shard) {
    this.shard = shard;
    bus = context.bus();
    clock = context.heartbeat().heartbeats().clock();
    config = context.config();
    meters = new EmitterMeters(context.meters(), shard, this::isHolder);
    var job = new Lease("emitter." + shard, context.heartbeat().node(), config.leaseTtl());
    lease = new LeaseHolder(vertx, context.heartbeat(), job);
    drain = new OutboxDrain(context.pool(), job, shard, config.batch());
    log = new EventLog(context.pool());
    loop = new TaskLoop(vertx, "emitter of shard " + shard, this::run);
  }

  void start() {
    loop.start();
    // Without a lease it changes nothing, but loads what the first drain needs: events must not
    // wait
    // for that when a lease is handed over.
    bounded(drain.run(NO_TOKEN, 0));
    lease.start(loop::runNow);
  }

  /** The outbox has rows: drains now, or as soon as the current run has ended. */
  void hint() {
    if (lease.isHeld()) loop.runNow();
  }

  /**
   * A heartbeat has read the outbox.
   *
   * @param age of its oldest row in seconds; empty when it has none
   */
  void outboxRead(OptionalDouble age) {
    meters.outboxRead(age);
    if (age.isPresent()) hint();
  }

  /**
   * Publishes the head of the log, if this node holds the lease. Without a recent renewal it stays
   * silent, so that gateways read the log.
   */
  void publishBeacon() {
    if (isHolder() && position != null && lease.isConfirmed(config.leaseTtl().multipliedBy(2))) {
      bus.publish(
          Addresses.SHARD_BEACONS, new ShardBeacon(shard, position.epoch(), position.sequence()));
    }
  }

  /**
   * Finishes the current run and hands the lease over, so that another node continues at once.
   *
   * @return always succeeds, after at most three lease times; an unreleased lease expires
   */
  Future<Void> close() {
    return loop.stop(config.leaseTtl().multipliedBy(2))
        .compose(stopped -> lease.close())
        .onComplete(released -> meters.close());
  }

  private boolean isHolder() {
    return lease.isHeld();
  }

  /** Returns whether there is more to do. */
  private Future<Boolean> run() {
    if (!lease.isHeld()) return Future.succeededFuture(false);
    long current = lease.token().getAsLong();
    if (current != token) position = null;
    token = current;
    long begin = System.nanoTime();
    return bounded(drain.run(token, position == null ? 0 : position.sequence()))
        .compose(drained -> publish(drained, begin).map(drained.events().size() == config.batch()))
        .recover(this::failed);
  }

  private Future<Boolean> failed(Throwable failure) {
    if (failure instanceof LeaseLostException) {
      lease.lost(token);
      return Future.succeededFuture(false);
    }
    lease.workFailed(failure);
    return lease.isHeld() ? Future.failedFuture(failure) : Future.succeededFuture(false);
  }

  /** Ignores a response that comes too late: its events are read from the log. */
  private <T> Future<T> bounded(Future<T> response) {
    return response.timeout(2 * config.leaseTtl().toMillis(), TimeUnit.MILLISECONDS);
  }

  private Future<Void> publish(OutboxDrain.Drained drained, long begin) {
    lease.renewed();
    if (position == null) {
      position = new Offset(drained.epoch(), Math.max(0, drained.base() - REPUBLISHED));
    } else if (!position.epoch().equals(drained.epoch())) {
      position = new Offset(drained.epoch(), drained.base());
      publishBeacon();
    }
    return publishLogged(drained.base())
        .onSuccess(
            done -> {
              publish(drained.events(), clock.micros().orElse(EventBatch.NOT_TIMED));
              meters.published(drained, System.nanoTime() - begin);
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
              publish(events, EventBatch.NOT_TIMED);
              return publishLogged(base);
            });
  }

  /**
   * @param micros the time for those who receive it, as {@link EventBatch#publishedMicros}
   */
  private void publish(List<LoggedEvent> events, long micros) {
    if (events.isEmpty()) return;
    for (EventBatch batch : EventBatches.split(shard, position.epoch(), events, MAX_BATCH_CHARS)) {
      bus.publish(Addresses.EVENTS, batch.publishedAt(micros));
    }
    position = new Offset(position.epoch(), events.get(events.size() - 1).sequence());
  }

  /** Skips events that are no longer in the log; gateways find that out from the log, too. */
  private void skipTo(long sequence) {
    position = new Offset(position.epoch(), sequence);
    publishBeacon();
  }
}
