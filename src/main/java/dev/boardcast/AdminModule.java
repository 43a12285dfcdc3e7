package dev.boardcast;

import dev.boardcast.admin.AdminRoutes;
import dev.boardcast.admin.AdminSessionRoutes;
import dev.boardcast.admin.LeaseQuery;
import dev.boardcast.admin.LocalNode;
import dev.boardcast.admin.LogLevelRoutes;
import dev.boardcast.admin.LogLevelVerticle;
import dev.boardcast.admin.NodeBeaconVerticle;
import dev.boardcast.admin.NodeDirectory;
import dev.boardcast.admin.NodeReportCollector;
import dev.boardcast.admin.Readiness;
import dev.boardcast.admin.RevocationRoutes;
import dev.boardcast.admin.SessionDirectory;
import dev.boardcast.auth.revocation.RevocationFollower;
import dev.boardcast.auth.revocation.RevocationStore;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.NodeReport;
import dev.boardcast.bus.SessionList;
import dev.boardcast.bus.SessionRequest;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.SessionStatistics;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.Routes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
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
  private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(1);

  private final TypedBus bus;
  private final NodeDirectory directory;
  private final NodeReportCollector reports;
  private final Supplier<Future<Map<String, List<String>>>> leases;
  private final SessionDirectory sessions;
  private final Optional<RevocationStore> revocations;
  private final Supplier<Long> knownRevocations;
  private final MeterRegistry meters;
  private final Readiness readiness;
  private final Supplier<NodeInfo> self;
  private final Runnable leave;
  private final List<String> warnings;
  private final Instant startedAt = Instant.now();
  private final Optional<Gateway> gateway;

  /**
   * @param self evaluated for each answer, since ports are known only when bound
   * @param warnings about the settings of this node
   * @param leave makes this node leave; may be called more than once
   */
  AdminModule(
      NodeResources resources,
      NodeDirectory directory,
      RevocationFollower follower,
      Readiness readiness,
      Optional<Gateway> gateway,
      Supplier<NodeInfo> self,
      List<String> warnings,
      Runnable leave) {
    this(
        resources,
        directory,
        new LeaseQuery(resources.background())::byHolder,
        Optional.of(
            new RevocationStore(
                resources.requests(),
                resources.bus(),
                resources.access(),
                resources.options().auth().revocationDuration())),
        follower::knownIfCurrent,
        readiness,
        gateway,
        self,
        warnings,
        leave);
  }

  /** For a node that has no database: without leases and revocations. */
  static AdminModule withoutDatabase(
      NodeResources resources,
      NodeDirectory directory,
      Readiness readiness,
      Optional<Gateway> gateway,
      Supplier<NodeInfo> self,
      List<String> warnings,
      Runnable leave) {
    return new AdminModule(
        resources,
        directory,
        () -> Future.succeededFuture(Map.of()),
        Optional.empty(),
        () -> null,
        readiness,
        gateway,
        self,
        warnings,
        leave);
  }

  private AdminModule(
      NodeResources resources,
      NodeDirectory directory,
      Supplier<Future<Map<String, List<String>>>> leases,
      Optional<RevocationStore> revocations,
      Supplier<Long> knownRevocations,
      Readiness readiness,
      Optional<Gateway> gateway,
      Supplier<NodeInfo> self,
      List<String> warnings,
      Runnable leave) {
    this.bus = resources.bus();
    this.directory = directory;
    this.knownRevocations = knownRevocations;
    this.reports = new NodeReportCollector(resources.vertx(), bus, REPORT_TIMEOUT);
    this.leases = leases;
    this.sessions =
        new SessionDirectory(
            resources.vertx(), bus, resources.options().node(), this::sessions, REPORT_TIMEOUT);
    this.revocations = revocations;
    this.meters = resources.registry();
    this.readiness = readiness;
    this.gateway = gateway;
    this.self = self;
    this.warnings = List.copyOf(warnings);
    this.leave = leave;
    Gauge.builder("boardcast.cluster.nodes", directory, NodeDirectory::size)
        .description("Nodes of the cluster with a recent beacon")
        .register(meters);
    Gauge.builder("boardcast.build.info", () -> 1)
        .description("Always 1; the tags say what runs")
        .tag("version", resources.options().describe(0, 0).version())
        .tag("java", System.getProperty("java.version"))
        .register(meters);
  }

  NodeInfo info() {
    return self.get();
  }

  Routes routes() {
    return new AdminRoutes(bus, directory, reports, leases, this);
  }

  Routes sessionRoutes() {
    return new AdminSessionRoutes(sessions, directory);
  }

  Routes revocationRoutes() {
    return new RevocationRoutes(revocations.orElseThrow());
  }

  Routes logLevelRoutes() {
    return new LogLevelRoutes(bus, directory, () -> self.get().name());
  }

  VerticleBase logLevelVerticle() {
    return new LogLevelVerticle(bus, self.get().name());
  }

  VerticleBase sessionVerticle() {
    return sessions.verticle();
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
        startedAt,
        knownRevocations.get());
  }

  @Override
  public Future<NodeReport> report(UUID request) {
    Future<SessionStatistics> counted =
        gateway
            .map(Gateway::statistics)
            .orElseGet(() -> Future.succeededFuture(SessionStatistics.EMPTY));
    return counted.map(
        statistics ->
            new NodeReport(
                request,
                self.get().name(),
                statistics.sessions(),
                statistics.topics(),
                statistics.queueBytes(),
                statistics.slow().stream()
                    .map(
                        slow -> new NodeReport.Slow(slow.session(), slow.user(), slow.queueBytes()))
                    .toList(),
                emitterLag(),
                warnings));
  }

  private Future<SessionList> sessions(SessionRequest request) {
    return gateway
        .map(own -> own.sessions(request))
        .orElseGet(
            () ->
                Future.succeededFuture(
                    new SessionList(request.id(), self.get().name(), List.of(), false)));
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
