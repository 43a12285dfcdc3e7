package dev.boardcast.events;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.OutboxCommitted;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.Shards;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Moves committed outbox rows to the event log and onto the bus until undeployed, for those shards
 * whose lease it holds. One per node; one event loop.
 *
 * <ul>
 *   <li>Starts whether or not the database can be reached, and goes on by itself when it can.
 *   <li>Undeploying ends the moves under way and releases the leases, within three lease times.
 * </ul>
 */
public final class EventEmitterVerticle extends VerticleBase {
  private final String node;
  private final Pool pool;
  private final TypedBus bus;
  private final EmitterConfig config;
  private final MeterRegistry meters;

  private List<ShardEmitter> shards = List.of();
  private MessageConsumer<OutboxCommitted> hints;

  /** Without meters; otherwise as the other. */
  public EventEmitterVerticle(String node, Pool pool, TypedBus bus, EmitterConfig config) {
    this(node, pool, bus, config, new CompositeMeterRegistry());
  }

  /**
   * Does not close what it is given.
   *
   * @param node unique for this run of the process: the holder of the leases
   * @param pool at least one connection per shard it may hold, and one more; better its own than
   *     one that writers can exhaust
   */
  public EventEmitterVerticle(
      String node, Pool pool, TypedBus bus, EmitterConfig config, MeterRegistry meters) {
    this.node = node;
    this.pool = pool;
    this.bus = bus;
    this.config = config;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    shards = IntStream.range(0, Shards.COUNT).mapToObj(this::emitter).toList();
    return bus.subscribe(Addresses.OUTBOX_HINTS, this::hint)
        .onSuccess(
            subscription -> {
              hints = subscription;
              shards.forEach(ShardEmitter::start);
              vertx.setPeriodic(
                  config.beacon().toMillis(), tick -> shards.forEach(ShardEmitter::beacon));
            });
  }

  @Override
  public Future<?> stop() {
    return Future.join(shards.stream().map(ShardEmitter::close).toList())
        .eventually(() -> hints == null ? Future.succeededFuture() : hints.unregister());
  }

  private void hint(OutboxCommitted hint) {
    if (hint.shard() >= 0 && hint.shard() < shards.size()) shards.get(hint.shard()).hint();
  }

  private ShardEmitter emitter(int shard) {
    return new ShardEmitter(
        vertx, shard, node, pool, bus, config, new EmitterMeters(meters, shard));
  }
}
