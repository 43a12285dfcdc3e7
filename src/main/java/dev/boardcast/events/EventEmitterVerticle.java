package dev.boardcast.events;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.OutboxCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.spi.Shards;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Moves committed outbox rows to the event log and publishes them on the bus, for the shards whose
 * leases it holds, until undeployed. One per node; one event loop.
 *
 * <ul>
 *   <li>Starts whether or not the database can be reached, and resumes by itself when it can.
 *   <li>Undeploying finishes the work in progress and hands the leases over, within three lease
 *       times.
 * </ul>
 */
public final class EventEmitterVerticle extends VerticleBase {
  private final EmitterContext emitters;
  private final Optional<Supplier<Pool>> notifications;

  private List<ShardEmitter> shards = List.of();
  private MessageConsumer<OutboxCommitted> hints;
  private Runnable unsubscribe = () -> {};
  private Optional<OutboxNotifications> listener = Optional.empty();

  /** Creates an emitter without meters. */
  public EventEmitterVerticle(
      NodeHeartbeat heartbeat, Pool pool, TypedBus bus, EmitterConfig config) {
    this(heartbeat, pool, bus, config, new CompositeMeterRegistry());
  }

  /** As below, for hints and heartbeats only. */
  public EventEmitterVerticle(
      NodeHeartbeat heartbeat,
      Pool pool,
      TypedBus bus,
      EmitterConfig config,
      MeterRegistry meters) {
    this(heartbeat, pool, bus, config, meters, Optional.empty());
  }

  /**
   * Does not close the pool.
   *
   * @param heartbeat holds the leases, and tells which outboxes have rows
   * @param pool has a connection per shard and one more; API requests must not be able to exhaust
   *     it
   * @param notifications makes a pool of one connection, on which it listens to what applications
   *     publish in their own transactions
   */
  public EventEmitterVerticle(
      NodeHeartbeat heartbeat,
      Pool pool,
      TypedBus bus,
      EmitterConfig config,
      MeterRegistry meters,
      Optional<Supplier<Pool>> notifications) {
    this.notifications = notifications;
    emitters = new EmitterContext(heartbeat, pool, bus, config, meters);
  }

  @Override
  public Future<?> start() {
    shards =
        IntStream.range(0, Shards.COUNT)
            .mapToObj(shard -> new ShardEmitter(vertx, emitters, shard))
            .toList();
    return emitters
        .bus()
        .subscribe(Addresses.OUTBOX_HINTS, this::hint)
        .onSuccess(
            subscription -> {
              hints = subscription;
              shards.forEach(ShardEmitter::start);
              unsubscribe =
                  emitters
                      .heartbeat()
                      .heartbeats()
                      .subscribe(beat -> context.runOnContext(turn -> read(beat)));
              vertx.setPeriodic(
                  emitters.config().beacon().toMillis(),
                  tick -> shards.forEach(ShardEmitter::publishBeacon));
              listener = notifications.map(this::listen);
            });
  }

  @Override
  public Future<?> stop() {
    unsubscribe.run();
    listener.ifPresent(OutboxNotifications::close);
    return Future.join(shards.stream().map(ShardEmitter::close).toList())
        .eventually(() -> hints == null ? Future.succeededFuture() : hints.unregister());
  }

  private OutboxNotifications listen(Supplier<Pool> connections) {
    var started = new OutboxNotifications(vertx, connections, shard -> shards.get(shard).hint());
    started.start();
    return started;
  }

  private void hint(OutboxCommitted hint) {
    if (isShard(hint.shard())) shards.get(hint.shard()).hint();
  }

  private void read(Heartbeat beat) {
    for (Heartbeat.Shard shard : beat.shards()) {
      if (isShard(shard.shard())) shards.get(shard.shard()).outboxRead(shard.outboxAge());
    }
  }

  private boolean isShard(int shard) {
    return shard >= 0 && shard < shards.size();
  }
}
