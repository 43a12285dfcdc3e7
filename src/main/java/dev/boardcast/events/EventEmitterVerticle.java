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
 * Moves committed outbox rows to the event log and publishes them on the bus, for the shards whose
 * leases it holds, until undeployed. One per node; one event loop.
 *
 * <ul>
 *   <li>Starts whether or not the database can be reached, and resumes by itself when it can.
 *   <li>Undeploying finishes the work in progress and releases the leases, within three lease
 *       times.
 * </ul>
 */
public final class EventEmitterVerticle extends VerticleBase {
  private final EmitterContext context;

  private List<ShardEmitter> shards = List.of();
  private MessageConsumer<OutboxCommitted> hints;

  /** Creates an emitter without meters. */
  public EventEmitterVerticle(String node, Pool pool, TypedBus bus, EmitterConfig config) {
    this(node, pool, bus, config, new CompositeMeterRegistry());
  }

  /**
   * Does not close the pool.
   *
   * @param node unique for this run of the process: the holder of the leases
   * @param pool has a connection per shard and one more; API requests must not be able to exhaust
   *     it
   */
  public EventEmitterVerticle(
      String node, Pool pool, TypedBus bus, EmitterConfig config, MeterRegistry meters) {
    context = new EmitterContext(node, pool, bus, config, meters);
  }

  @Override
  public Future<?> start() {
    shards =
        IntStream.range(0, Shards.COUNT)
            .mapToObj(shard -> new ShardEmitter(vertx, context, shard))
            .toList();
    return context
        .bus()
        .subscribe(Addresses.OUTBOX_HINTS, this::hint)
        .onSuccess(
            subscription -> {
              hints = subscription;
              shards.forEach(ShardEmitter::start);
              vertx.setPeriodic(
                  context.config().beacon().toMillis(),
                  tick -> shards.forEach(ShardEmitter::publishBeacon));
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
}
