package dev.boardcast;

import dev.boardcast.admin.NodeDirectory;
import dev.boardcast.engine.EphemeralPublisher;
import dev.boardcast.engine.StreamPolicy;
import dev.boardcast.engine.TopicHistory;
import dev.boardcast.events.ClientEvents;
import dev.boardcast.events.StreamHistory;
import dev.boardcast.events.StreamWaits;
import dev.boardcast.gateway.Gateway;
import dev.boardcast.gateway.GatewayServices;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.presence.PresenceRegistry;
import dev.boardcast.gateway.protocol.MessageType;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.memory.BroadcastNode;
import dev.boardcast.memory.BroadcastStreams;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.web.AccessLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Creates the parts of a node of mode broadcast. None of them is started.
 *
 * @param gateway empty without the role
 */
record BroadcastParts(
    NodeResources resources,
    NodeDirectory directory,
    BroadcastNode node,
    BroadcastStreams streams,
    StreamWaits waits,
    EphemeralPublisher ephemeral,
    TopicCatalogue topics,
    IngestService ingest,
    PresenceRegistry presence,
    Optional<Gateway> gateway) {

  /** Why what boards have is not here; a clause. */
  static final String REASON =
      "this node runs in mode broadcast, which has streams and presence only: boards need a node of"
          + " mode standard, with PostgreSQL and Redis";

  static BroadcastParts create(NodeInputs inputs, NodeResources resources) {
    Vertx vertx = inputs.vertx();
    NodeOptions options = inputs.options();
    ClusterManager cluster = ClusterWatch.manager(vertx);
    Supplier<List<String>> members = cluster == null ? List::of : cluster::getNodes;
    var node =
        new BroadcastNode(
            options.node(),
            resources.bus(),
            resources.clock(),
            options.broadcast(),
            cluster == null ? "" : cluster.getNodeId(),
            members);
    registerMeters(node, resources.registry());
    var streams = new BroadcastStreams(node);
    var directory = new NodeDirectory();
    var ephemeral = new EphemeralPublisher(vertx, resources.bus());
    var visibility = options.visibility();
    var policy =
        new StreamPolicy(
            Map.of(),
            Map.of(),
            List.of(),
            visibility.byName(),
            visibility.defaultVisibility(),
            NodeParts.needsIngestRole(inputs));
    policy.replace(visibility.streamRules());
    var topics = TopicCatalogue.withoutBoards(reserved(), REASON, policy);
    var waits = new StreamWaits(vertx, streams);
    Gauge.builder("boardcast.streams.waiting", waits, StreamWaits::count)
        .description("Requests that wait for an event of a stream")
        .register(resources.registry());
    node.heads().subscribe(waits::onHeartbeat);
    policy.subscribe(waits::wakeAll);
    var presence = new PresenceRegistry(options.node(), resources.clock());
    Optional<Gateway> gateway = Optional.empty();
    if (options.roles().contains(Role.GATEWAY)) {
      var services =
          new GatewayServices(
                  streams,
                  board -> Future.succeededFuture(Optional.empty()),
                  resources.access(),
                  TeamMemberships.OF_TOKEN,
                  topics,
                  node.heartbeats())
              .toBuilder()
                  .presence(presence)
                  .limits(resources.limits())
                  .accessLog(AccessLog.of(options.http().accessLog()))
                  .publisher(new ClientEvents(streams, reserved(), ownTypes(), ephemeral))
                  .topicHistory(history(new StreamHistory(streams)))
                  .othersMayServe(() -> directory.hasOther(options.node(), "gateway"))
                  .build();
      gateway =
          Optional.of(
              new Gateway(
                  vertx,
                  options.node(),
                  resources.bus(),
                  options.gateway(),
                  services,
                  Optional.of(resources.registry())));
    }
    return new BroadcastParts(
        resources,
        directory,
        node,
        streams,
        waits,
        ephemeral,
        topics,
        new IngestService(options.http(), NodeParts.needsIngestRole(inputs), resources.limits()),
        presence,
        gateway);
  }

  /** Names of boards, and of what belongs to them: the same as on other nodes. */
  static Set<String> reserved() {
    return BoardRegistry.names();
  }

  /** Types that applications must not publish. */
  static Set<String> ownTypes() {
    return new TreeSet<>(MessageType.texts());
  }

  private static TopicHistory history(StreamHistory streams) {
    return new TopicHistory() {
      @Override
      public Future<RawJson> ofStreams(String topic, Set<String> names, MultiMap parameters) {
        return streams.read(topic, names, parameters);
      }

      @Override
      public Future<RawJson> ofBoard(String board, MultiMap parameters) {
        return Future.failedFuture(Problem.notFound("a board: " + REASON));
      }
    };
  }

  private static void registerMeters(BroadcastNode node, MeterRegistry meters) {
    Gauge.builder("boardcast.broadcast.shards", node, BroadcastNode::numbering)
        .description("Shards whose events this node numbers")
        .register(meters);
    Gauge.builder("boardcast.broadcast.events", node, BroadcastNode::size)
        .description("Events that this node keeps in memory")
        .register(meters);
  }
}
