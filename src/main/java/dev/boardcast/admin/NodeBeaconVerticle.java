package dev.boardcast.admin;

import dev.boardcast.bus.Address;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.LeaveRequest;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.NodeReportRequest;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes this node's beacon every second, follows the beacons of the others, answers requests
 * for reports, and leaves when asked to. One per node.
 */
public final class NodeBeaconVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(NodeBeaconVerticle.class);
  private static final int BEACON_MILLIS = 1_000;

  private final TypedBus bus;
  private final NodeDirectory directory;
  private final NodeReportCollector reports;
  private final LocalNode self;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  public NodeBeaconVerticle(
      TypedBus bus, NodeDirectory directory, NodeReportCollector reports, LocalNode self) {
    this.bus = bus;
    this.directory = directory;
    this.reports = reports;
    this.self = self;
  }

  @Override
  public Future<?> start() {
    return subscribe(Addresses.NODE_BEACONS, this::received)
        .compose(done -> subscribe(Addresses.NODE_REPORT_REQUESTS, this::report))
        .compose(done -> subscribe(Addresses.NODE_REPORTS, reports::received))
        .compose(done -> subscribe(Addresses.LEAVE_REQUESTS, this::leave))
        .onSuccess(
            done -> {
              publishBeacon();
              vertx.setPeriodic(BEACON_MILLIS, tick -> publishBeacon());
              vertx.setPeriodic(BEACON_MILLIS, tick -> logSilentNodes());
            });
  }

  @Override
  public Future<?> stop() {
    // After unsubscribing, since the last beacon is for the other nodes.
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .onComplete(done -> bus.publish(Addresses.NODE_BEACONS, self.beacon().gone()));
  }

  private void received(NodeBeacon beacon) {
    directory
        .received(beacon)
        .filter(change -> !isSelf(beacon.node()))
        .ifPresent(change -> LOG.info("node {} at {} {}", beacon.node(), address(beacon), change));
  }

  private void logSilentNodes() {
    for (NodeBeacon silent : directory.newlySilent()) {
      LOG.warn(
          "node {} at {} is silent: no beacon for {} s",
          silent.node(),
          address(silent),
          NodeDirectory.SILENT_AFTER.toSeconds());
    }
  }

  private void publishBeacon() {
    bus.publish(Addresses.NODE_BEACONS, self.beacon());
  }

  private void report(NodeReportRequest request) {
    self.report(request.id()).onSuccess(report -> bus.publish(Addresses.NODE_REPORTS, report));
  }

  private void leave(LeaveRequest request) {
    if (isSelf(request.node())) self.leave();
  }

  private boolean isSelf(String node) {
    return node.equals(self.beacon().node());
  }

  private static String address(NodeBeacon beacon) {
    return beacon.host() + ":" + beacon.httpPort();
  }

  private <T> Future<Void> subscribe(Address<T> address, Consumer<T> handler) {
    return bus.subscribe(address, handler).onSuccess(consumers::add).mapEmpty();
  }
}
