package dev.boardcast.admin;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.LeaveRequest;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.NodeReport;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Serves the cluster's state to the role {@code viewer}, and drains nodes for {@code admin}. */
public final class AdminRoutes implements Routes {
  private final TypedBus bus;
  private final NodeDirectory directory;
  private final NodeReportCollector reports;
  private final Supplier<Future<Map<String, List<String>>>> leases;
  private final LocalNode self;

  /**
   * @param leases names of leases by holder; fails while the database is unavailable
   */
  public AdminRoutes(
      TypedBus bus,
      NodeDirectory directory,
      NodeReportCollector reports,
      Supplier<Future<Map<String, List<String>>>> leases,
      LocalNode self) {
    this.bus = bus;
    this.directory = directory;
    this.reports = reports;
    this.leases = leases;
    this.self = self;
  }

  /**
   * The response of {@code /api/v1/admin/nodes}.
   *
   * @param silent names of known nodes that did not answer
   * @param leases {@code read}, or {@code unavailable} while the database is unavailable
   */
  record Cluster(List<Node> nodes, List<String> silent, String leases) {}

  /**
   * One node.
   *
   * @param status {@code up}, {@code leaving} or {@code silent}
   * @param heardMsAgo age of its last beacon
   * @param doing null when it did not answer
   */
  record Node(
      String name,
      String version,
      List<String> roles,
      String host,
      int httpPort,
      int gatewayPort,
      String status,
      Instant startedAt,
      long heardMsAgo,
      List<String> leases,
      Doing doing) {}

  /** What a node does: see {@link NodeReport}. */
  record Doing(
      int sessions,
      Map<String, Integer> topics,
      long queueBytes,
      List<NodeReport.Slow> slow,
      Map<String, Double> emitterLagSeconds,
      List<String> warnings) {}

  @Override
  public void mount(Router router) {
    router.get("/api/v1/admin/nodes").setName("listNodes").handler(this::nodes);
    AuditedRoute.on(router.post("/api/v1/admin/nodes/:name/drain"), "node.drained", "name")
        .setName("drainNode")
        .handler(this::drain);
    AuditedRoute.on(
            router.post("/admin/drain"),
            new AuditedRoute.Act("node.drained", context -> self.beacon().node()))
        .setName("drainThisNode")
        .handler(this::drainThis);
  }

  private void nodes(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    QueryParameters.of(context);
    var known = directory.all();
    var expected =
        known.stream()
            .filter(entry -> !entry.isSilent())
            .map(entry -> entry.beacon().node())
            .collect(Collectors.toSet());
    Future<Map<String, List<String>>> held = leases.get();
    reports
        .collect(expected)
        .compose(
            received ->
                held.map(byHolder -> cluster(known, received, byHolder, "read"))
                    .otherwise(away -> cluster(known, received, Map.of(), "unavailable")))
        .onSuccess(cluster -> JsonResponse.json(context, 200, cluster))
        .onFailure(
            busy ->
                context.fail(
                    Problem.unavailable("too many requests for the cluster's state are open", 1)));
  }

  private void drain(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    String name = context.pathParam("name");
    if (!directory.contains(name)) throw Problem.notFound("a node " + name);
    AuditLog.of(context)
        .begin()
        .onSuccess(
            recorded -> {
              bus.publish(Addresses.LEAVE_REQUESTS, new LeaveRequest(name));
              JsonResponse.json(context, 202, Map.of("node", name, "status", NodeBeacon.LEAVING));
            })
        .onFailure(context::fail);
  }

  private void drainThis(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    AuditLog.of(context)
        .begin()
        .onSuccess(
            recorded -> {
              JsonResponse.json(context, 202, Map.of("status", NodeBeacon.LEAVING));
              self.leave();
            })
        .onFailure(context::fail);
  }

  private static Cluster cluster(
      List<NodeDirectory.Entry> known,
      Map<String, NodeReport> reports,
      Map<String, List<String>> leases,
      String leasesStatus) {
    var nodes =
        known.stream()
            .map(entry -> node(entry, reports.get(entry.beacon().node()), leases))
            .toList();
    var silent = nodes.stream().filter(node -> node.doing() == null).map(Node::name).toList();
    return new Cluster(nodes, silent, leasesStatus);
  }

  private static Node node(
      NodeDirectory.Entry entry, NodeReport report, Map<String, List<String>> leases) {
    NodeBeacon beacon = entry.beacon();
    Doing doing =
        report == null
            ? null
            : new Doing(
                report.sessions(),
                report.topics(),
                report.queueBytes(),
                report.slow(),
                report.emitterLagSeconds(),
                report.warnings());
    return new Node(
        beacon.node(),
        beacon.version(),
        beacon.roles(),
        beacon.host(),
        beacon.httpPort(),
        beacon.gatewayPort(),
        doing == null ? "silent" : beacon.status(),
        beacon.startedAt(),
        entry.ageMillis(),
        leases.getOrDefault(beacon.node(), List.of()),
        doing);
  }
}
