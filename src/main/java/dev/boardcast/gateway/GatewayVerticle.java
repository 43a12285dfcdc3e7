package dev.boardcast.gateway;

import dev.boardcast.bus.Address;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Subscribes on the event bus, alone of its node, and hands every message to the node's hubs. One
 * instance per node. Deployment completes when the whole cluster knows of the subscriptions.
 */
final class GatewayVerticle extends VerticleBase {
  private final TypedBus bus;
  private final HubRegistry hubs;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  GatewayVerticle(TypedBus bus, HubRegistry hubs) {
    this.bus = bus;
    this.hubs = hubs;
  }

  @Override
  public Future<?> start() {
    return subscribe(Addresses.EVENTS, GatewayHub::onBatch)
        .compose(done -> subscribe(Addresses.SHARD_BEACONS, GatewayHub::onBeacon))
        .compose(done -> subscribe(Addresses.SNAPSHOTS, GatewayHub::onSnapshot))
        .compose(done -> subscribe(Addresses.PRINCIPAL_CHANGES, GatewayHub::onPrincipalChanged));
  }

  @Override
  public Future<?> stop() {
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
  }

  private <T> Future<Void> subscribe(Address<T> address, BiConsumer<GatewayHub, T> handler) {
    return bus.subscribe(address, message -> hubs.publish(hub -> handler.accept(hub, message)))
        .onSuccess(consumers::add)
        .mapEmpty();
  }
}
