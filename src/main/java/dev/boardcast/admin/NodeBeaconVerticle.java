package dev.boardcast.admin;

import dev.boardcast.bus.Address;
import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.NodeReport;
import dev.boardcast.bus.NodeReportRequest;
import dev.boardcast.bus.TypedBus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes that this one is there, answers what they ask, and leaves when it is told
 * to. One per node.
 */
public final class NodeBeaconVerticle extends VerticleBase {
  private static final int BEACON_MILLIS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(NodeBeaconVerticle.class);
  private final String node;
  private final TypedBus bus;
  private final NodeDirectory directory;
  private final NodeReportCollector questions;
  private final Supplier<NodeBeacon> self;
  private final Function<UUID, Future<NodeReport>> report;
  private final Runnable leave;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  /**
   * @param self this node as it is now
   * @param report what it does, for the question of that id
   * @param leave called when somebody has ordered this node to leave
   */
  public NodeBeaconVerticle(
      String node,
      TypedBus bus,
      NodeDirectory directory,
      NodeReportCollector questions,
      Supplier<NodeBeacon> self,
      Function<UUID, Future<NodeReport>> report,
      Runnable leave) {
    this.node = node;
    this.bus = bus;
    this.directory = directory;
    this.questions = questions;
    this.self = self;
    this.report = report;
    this.leave = leave;
  }

  @Override
  public Future<?> start() {
    return subscribe(Addresses.NODE_BEACONS, this::heard)
        .compose(done -> subscribe(Addresses.NODE_QUESTIONS, this::answer))
        .compose(done -> subscribe(Addresses.NODE_REPORTS, questions::answered))
        .compose(
            done ->
                subscribe(
                    Addresses.NODE_ORDERS,
                    order -> {
                      if (order.node().equals(node)) leave.run();
                    }))
        .onSuccess(
            done -> {
              tell();
              vertx.setPeriodic(BEACON_MILLIS, tick -> tell());
              vertx.setPeriodic(BEACON_MILLIS, tick -> look());
            });
  }

  @Override
  public Future<?> stop() {
    // To the others: nobody here hears it any more.
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .onComplete(deaf -> bus.publish(Addresses.NODE_BEACONS, last()));
  }

  private NodeBeacon last() {
    NodeBeacon now = self.get();
    return new NodeBeacon(
        now.node(),
        now.version(),
        now.roles(),
        now.host(),
        now.httpPort(),
        now.gatewayPort(),
        NodeBeacon.GONE,
        now.startedAt());
  }

  private void heard(NodeBeacon beacon) {
    directory
        .heard(beacon)
        .filter(news -> !beacon.node().equals(node))
        .ifPresent(news -> LOG.info("{} at {} {}", beacon.node(), place(beacon), news));
  }

  private void look() {
    for (NodeBeacon silent : directory.missing()) {
      LOG.warn("{} at {} is not heard any more", silent.node(), place(silent));
    }
  }

  private static String place(NodeBeacon beacon) {
    return beacon.host() + ":" + beacon.httpPort();
  }

  private void tell() {
    bus.publish(Addresses.NODE_BEACONS, self.get());
  }

  private void answer(NodeReportRequest question) {
    report.apply(question.id()).onSuccess(answer -> bus.publish(Addresses.NODE_REPORTS, answer));
  }

  private <T> Future<Void> subscribe(Address<T> address, Consumer<T> handler) {
    return bus.subscribe(address, handler).onSuccess(consumers::add).mapEmpty();
  }
}
