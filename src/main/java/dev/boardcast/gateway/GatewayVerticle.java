package dev.boardcast.gateway;

import dev.boardcast.bus.Address;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.engine.HeartbeatHub;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Subscribes on the event bus and to the database heartbeats, alone of its node, and hands every
 * message to the node's hubs. One instance per node. Deployment completes when the whole cluster
 * knows of the subscriptions.
 */
final class GatewayVerticle extends VerticleBase {
  private final TypedBus bus;
  private final HubRegistry hubs;
  private final HeartbeatHub heartbeats;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  private Runnable endHeartbeats = () -> {};

  GatewayVerticle(TypedBus bus, HubRegistry hubs, HeartbeatHub heartbeats) {
    this.bus = bus;
    this.hubs = hubs;
    this.heartbeats = heartbeats;
  }

  @Override
  public Future<?> start() {
    endHeartbeats = heartbeats.subscribe(beat -> hubs.publish(hub -> hub.onHeartbeat(beat)));
    return subscribe(Addresses.EVENTS, GatewayHub::onBatch)
        .compose(done -> subscribe(Addresses.SHARD_BEACONS, GatewayHub::onBeacon))
        .compose(done -> subscribe(Addresses.SNAPSHOTS, GatewayHub::onSnapshot))
        .compose(done -> subscribe(Addresses.PRINCIPAL_CHANGES, GatewayHub::onPrincipalChanged));
  }

  @Override
  public Future<?> stop() {
    endHeartbeats.run();
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
  }

  private <T> Future<Void> subscribe(Address<T> address, BiConsumer<GatewayHub, T> handler) {
    return bus.subscribe(address, message -> hubs.publish(hub -> handler.accept(hub, message)))
        .onSuccess(consumers::add)
        .mapEmpty();
  }
}
