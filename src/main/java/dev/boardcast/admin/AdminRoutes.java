package dev.boardcast.admin;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.LeaveRequest;
import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.NodeReport;
import dev.boardcast.bus.TypedBus;
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
import java.util.stream.Collectors;

/** For operators with the role {@code admin}: what the cluster does, and how to end a node well. */
public final class AdminRoutes implements Routes {
  private final TypedBus bus;
  private final NodeDirectory directory;
  private final NodeReportCollector questions;
  private final LeaseQuery leases;
  private final Runnable leave;

  /**
   * @param leave makes this node leave; may be called more than once
   */
  public AdminRoutes(
      TypedBus bus,
      NodeDirectory directory,
      NodeReportCollector questions,
      LeaseQuery leases,
      Runnable leave) {
    this.bus = bus;
    this.directory = directory;
    this.questions = questions;
    this.leases = leases;
    this.leave = leave;
  }

  /**
   * @param silent names of nodes that were there and did not answer
   * @param leases {@code read}, or {@code unavailable} while the database is away
   */
  public record Cluster(List<Node> nodes, List<String> silent, String leases) {}

  /**
   * One node.
   *
   * @param status {@code up}, {@code leaving} or {@code silent}
   * @param heardMsAgo how long ago it told that it is there
   * @param doing null when it did not answer
   */
  public record Node(
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

  /** What a node said it does: see {@link NodeReport}. */
  public record Doing(
      int sessions,
      Map<String, Integer> topics,
      long queueBytes,
      List<NodeReport.Slow> slow,
      Map<String, Double> emitterLagSeconds) {}

  @Override
  public void mount(Router router) {
    router.get("/api/v1/admin/nodes").setName("listNodes").handler(this::nodes);
    router.post("/api/v1/admin/nodes/:name/drain").setName("drainNode").handler(this::drain);
    router.post("/admin/drain").setName("drainThisNode").handler(this::drainThis);
  }

  private void nodes(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    var known = directory.all();
    var heard =
        known.stream()
            .filter(entry -> !entry.isSilent())
            .map(entry -> entry.beacon().node())
            .collect(Collectors.toSet());
    Future<Map<String, List<String>>> held = leases.byHolder();
    questions
        .ask(heard)
        .compose(
            answers ->
                held.map(byHolder -> cluster(known, answers, byHolder, "read"))
                    .otherwise(away -> cluster(known, answers, Map.of(), "unavailable")))
        .onSuccess(cluster -> JsonResponse.json(context, 200, cluster))
        .onFailure(busy -> context.fail(Problem.unavailable("too many ask at once", 1)));
  }

  private void drain(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    String name = context.pathParam("name");
    if (directory.find(name).isEmpty()) throw Problem.notFound("a node " + name);
    bus.publish(Addresses.NODE_ORDERS, new LeaveRequest(name));
    JsonResponse.json(context, 202, Map.of("node", name, "status", NodeBeacon.LEAVING));
  }

  private void drainThis(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    JsonResponse.json(context, 202, Map.of("status", NodeBeacon.LEAVING));
    leave.run();
  }

  private static Cluster cluster(
      List<NodeDirectory.Entry> known,
      Map<String, NodeReport> answers,
      Map<String, List<String>> leases,
      String leasesAre) {
    var nodes =
        known.stream()
            .map(entry -> node(entry, answers.get(entry.beacon().node()), leases))
            .toList();
    var silent = nodes.stream().filter(node -> node.doing() == null).map(Node::name).toList();
    return new Cluster(nodes, silent, leasesAre);
  }

  private static Node node(
      NodeDirectory.Entry entry, NodeReport answer, Map<String, List<String>> leases) {
    NodeBeacon beacon = entry.beacon();
    Doing doing =
        answer == null
            ? null
            : new Doing(
                answer.sessions(),
                answer.topics(),
                answer.queueBytes(),
                answer.slow(),
                answer.emitterLagSeconds());
    return new Node(
        beacon.node(),
        beacon.version(),
        beacon.roles(),
        beacon.host(),
        beacon.httpPort(),
        beacon.gatewayPort(),
        doing == null ? "silent" : beacon.status(),
        beacon.startedAt(),
        entry.silentMillis(),
        leases.getOrDefault(beacon.node(), List.of()),
        doing);
  }
}
