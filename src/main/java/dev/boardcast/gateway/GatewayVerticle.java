package dev.boardcast.gateway;

import dev.boardcast.bus.Address;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.database.HeartbeatHub;
import dev.boardcast.engine.FreshnessStages.Stage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes on the event bus and to the database heartbeats, alone of its node, and hands every
 * message to the node's hubs; also notices when the node is isolated. One instance per node.
 * Deployment completes when the whole cluster knows of the subscriptions.
 */
final class GatewayVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);

  // Well within the time for which a heartbeat confirms a snapshot.
  private static final long PARTS_MILLIS = 1_000;

  private final TypedBus bus;
  private final HubRegistry hubs;
  private final HeartbeatHub heartbeats;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  private final GatewayNode node;
  private Isolation isolation;
  private boolean checksParts;
  private Runnable endHeartbeats = () -> {};
  private Runnable endAccess = () -> {};
  private Runnable endRules = () -> {};

  GatewayVerticle(TypedBus bus, HubRegistry hubs, GatewayNode node) {
    this.bus = bus;
    this.hubs = hubs;
    this.node = node;
    this.heartbeats = node.services().heartbeats();
  }

  @Override
  public Future<?> start() {
    isolation = new Isolation(node.name(), now());
    endHeartbeats = heartbeats.subscribe(this::onHeartbeat);
    endAccess = node.services().access().subscribe(hubs::accessChanged);
    endRules = node.services().topics().streams().subscribe(hubs::rulesChanged);
    vertx.setPeriodic(Isolation.CHECK_MILLIS, tick -> checkIsolation());
    vertx.setPeriodic(PARTS_MILLIS, tick -> checkParts());
    return bus.subscribe(Addresses.EVENTS, this::onBatch)
        .onSuccess(consumers::add)
        .compose(done -> subscribe(Addresses.SHARD_BEACONS, GatewayHub::onBeacon))
        .compose(done -> subscribe(Addresses.EPHEMERAL, GatewayHub::onEphemeral))
        .compose(done -> subscribe(Addresses.SNAPSHOTS, GatewayHub::onSnapshot))
        .compose(done -> subscribe(Addresses.PRINCIPAL_CHANGES, GatewayHub::onPrincipalChanged))
        .compose(
            done ->
                bus.subscribe(Addresses.NODE_BEACONS, beacon -> isolation.onBeacon(beacon, now())))
        .onSuccess(consumers::add);
  }

  @Override
  public Future<?> stop() {
    endHeartbeats.run();
    endAccess.run();
    endRules.run();
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
  }

  private void onBatch(EventBatch batch) {
    long arrivedNanos = System.nanoTime();
    if (batch.publishedMicros() == EventBatch.NOT_TIMED) {
      hubs.publish(hub -> hub.onBatch(batch));
      return;
    }
    node.services()
        .heartbeats()
        .clock()
        .micros()
        .ifPresent(
            micros ->
                node.meters()
                    .stages()
                    .took(
                        Stage.BUS,
                        TimeUnit.MICROSECONDS.toNanos(micros - batch.publishedMicros())));
    hubs.publish(hub -> hub.onBatch(batch, arrivedNanos));
  }

  /** On any thread. */
  private void onHeartbeat(Heartbeat beat) {
    hubs.publish(hub -> hub.onHeartbeat(beat));
    context.runOnContext(turn -> isolation.onHeartbeat());
  }

  /** Confirms the snapshots of the parts of boards that the node's sessions follow. */
  private void checkParts() {
    List<String> names = node.parts().names();
    if (names.isEmpty() || checksParts) return;
    checksParts = true;
    long askedAt = now();
    node.services()
        .snapshots()
        .versions(names)
        .onSuccess(versions -> hubs.publish(hub -> hub.onParts(versions, askedAt)))
        .onComplete(done -> checksParts = false);
  }

  private void checkIsolation() {
    if (!isolation.check(now())) return;
    LOG.warn(
        "this node receives nothing from other nodes, and its database does not answer: its sessions"
            + " are sent to other nodes; check its network");
    node.meters().isolated();
    hubs.publish(GatewayHub::sendAway);
  }

  private static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private <T> Future<Void> subscribe(Address<T> address, BiConsumer<GatewayHub, T> handler) {
    return bus.subscribe(address, message -> hubs.publish(hub -> handler.accept(hub, message)))
        .onSuccess(consumers::add)
        .mapEmpty();
  }
}
