package dev.boardcast;

import dev.boardcast.admin.AdminRoutes;
import dev.boardcast.admin.LeaseQuery;
import dev.boardcast.admin.LocalNode;
import dev.boardcast.admin.NodeBeaconVerticle;
import dev.boardcast.admin.NodeDirectory;
import dev.boardcast.admin.NodeReportCollector;
import dev.boardcast.admin.Readiness;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.NodeReport;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.SessionStatistics;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.Routes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** Builds the admin API of a node, and describes the node to the others. Thread safe. */
final class AdminModule implements LocalNode {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  private final TypedBus bus;
  private final NodeDirectory directory = new NodeDirectory();
  private final NodeReportCollector reports;
  private final LeaseQuery leases;
  private final MeterRegistry meters;
  private final Readiness readiness;
  private final Supplier<NodeInfo> self;
  private final Runnable leave;
  private final Instant startedAt = Instant.now();
  private volatile Optional<Gateway> gateway = Optional.empty();

  /**
   * @param leave makes this node leave; may be called more than once
   */
  AdminModule(
      Vertx vertx,
      TypedBus bus,
      Pool pool,
      MeterRegistry meters,
      Readiness readiness,
      Supplier<NodeInfo> self,
      Runnable leave) {
    this.bus = bus;
    this.reports = new NodeReportCollector(vertx, bus, ANSWER_LIMIT);
    this.leases = new LeaseQuery(pool);
    this.meters = meters;
    this.readiness = readiness;
    this.self = self;
    this.leave = leave;
    Gauge.builder("boardcast.cluster.nodes", directory, NodeDirectory::size)
        .description("Nodes of the cluster that this node hears")
        .register(meters);
  }

  /** This node has a gateway whose sessions can be counted. */
  void has(Gateway node) {
    gateway = Optional.of(node);
  }

  Routes routes() {
    return new AdminRoutes(bus, directory, reports, leases, this);
  }

  NodeBeaconVerticle verticle() {
    return new NodeBeaconVerticle(bus, directory, reports, this);
  }

  @Override
  public void leave() {
    leave.run();
  }

  @Override
  public NodeBeacon beacon() {
    NodeInfo info = self.get();
    return new NodeBeacon(
        info.name(),
        info.version(),
        List.copyOf(info.roles()),
        info.host(),
        info.httpPort(),
        info.gatewayPort(),
        readiness.isLeaving() ? NodeBeacon.LEAVING : NodeBeacon.UP,
        startedAt);
  }

  @Override
  public Future<NodeReport> report(UUID request) {
    Future<SessionStatistics> counted =
        gateway
            .map(Gateway::statistics)
            .orElseGet(() -> Future.succeededFuture(SessionStatistics.EMPTY));
    return counted.map(
        census ->
            new NodeReport(
                request,
                self.get().name(),
                census.sessions(),
                census.topics(),
                census.queueBytes(),
                census.slow().stream()
                    .map(one -> new NodeReport.Slow(one.session(), one.user(), one.queueBytes()))
                    .toList(),
                emitterLag()));
  }

  private Map<String, Double> emitterLag() {
    Map<String, Double> lag = new TreeMap<>();
    for (Gauge held : meters.find("boardcast.emitter.lease.held").gauges()) {
      String shard = held.getId().getTag("shard");
      if (held.value() < 1 || shard == null) continue;
      Gauge seconds = meters.find("boardcast.outbox.lag").tag("shard", shard).gauge();
      if (seconds != null) lag.put(shard, seconds.value());
    }
    return lag;
  }
}
