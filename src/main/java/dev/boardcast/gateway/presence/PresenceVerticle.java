package dev.boardcast.gateway.presence;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;

/**
 * Connects a node's {@link PresenceRegistry} with those of the other nodes. One instance per node,
 * since its reports must leave in their order. Deployment completes when the whole cluster knows of
 * its subscriptions.
 */
public final class PresenceVerticle extends VerticleBase {
  private static final int TICK_MILLIS = 100;
  private static final int DIGEST_MILLIS = 1_000;

  private final TypedBus bus;
  private final PresenceRegistry registry;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  public PresenceVerticle(TypedBus bus, PresenceRegistry registry) {
    this.bus = bus;
    this.registry = registry;
  }

  @Override
  public Future<?> start() {
    return bus.subscribe(Addresses.PRESENCE, registry::receive)
        .onSuccess(consumers::add)
        .compose(up -> bus.subscribe(Addresses.PRESENCE_REQUESTS, registry::receive))
        .onSuccess(consumers::add)
        .compose(up -> bus.subscribe(Addresses.NODE_BEACONS, registry::receive))
        .onSuccess(consumers::add)
        .onSuccess(
            up -> {
              vertx.setPeriodic(TICK_MILLIS, fired -> tick());
              vertx.setPeriodic(DIGEST_MILLIS, fired -> announce());
            });
  }

  @Override
  public Future<?> stop() {
    tick();
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
  }

  private void tick() {
    registry.tick().forEach(report -> bus.publish(Addresses.PRESENCE, report));
    registry.requests().forEach(request -> bus.publish(Addresses.PRESENCE_REQUESTS, request));
  }

  private void announce() {
    bus.publish(Addresses.PRESENCE, registry.digest());
  }
}
