package dev.boardcast.gateway;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.PrincipalChanged;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.database.HeartbeatHub;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.gateway.transport.TransportSupport;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem.FieldError;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.TextTokens;
import dev.boardcast.testing.WsClient;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.LimitsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.ResponseTimeHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A gateway on a free port, with an event log, snapshots, tokens and teams in memory. */
public final class GatewayFixture implements AutoCloseable {
  static final GatewayConfig CONFIG = GatewayConfig.DEFAULTS;

  public final Vertx vertx;
  final TypedBus bus;
  public final MeterRegistry meters = new SimpleMeterRegistry();
  public final InMemoryHistory history = new InMemoryHistory();
  final HeartbeatHub heartbeats = new HeartbeatHub();
  final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();
  final AtomicInteger snapshotReads = new AtomicInteger();
  volatile boolean snapshotsUnavailable;
  public final Map<String, Set<String>> teams = new ConcurrentHashMap<>();

  /** Stores what clients publish. */
  volatile StreamPublisher publisher = StreamPublisher.NONE;

  final AtomicInteger teamReads = new AtomicInteger();
  volatile boolean teamsUnavailable;

  /** Whether this gateway knows another one that may serve its clients. */
  volatile boolean othersMayServe;

  /** Completed when the gateway reads teams; the answer then waits for {@link #teamsReadGate}. */
  final CompletableFuture<Void> teamsReadStarted = new CompletableFuture<>();

  volatile Future<Void> teamsReadGate = Future.succeededFuture();

  private final List<WsClient> clients = new ArrayList<>();
  public final Gateway node;

  public GatewayFixture(GatewayConfig config) {
    this(config, Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)));
  }

  /** With other bounds of clients. */
  GatewayFixture(GatewayConfig config, ClientLimits limits) {
    this(config, Vertx.vertx(), 1, node -> node, limits);
  }

  /** On a Vert.x of its own, which is closed with the fixture. */
  public GatewayFixture(GatewayConfig config, Vertx vertx) {
    this(config, vertx, 1, node -> node);
  }

  /** With that version of Vert.x, as far as the gateway knows. */
  public static GatewayFixture onVertx(String version, GatewayConfig config) {
    return new GatewayFixture(
        config, Vertx.vertx(), 1, node -> node.with(TransportSupport.of(version)));
  }

  /**
   * @param instances servers that share the gateway's port
   * @param change what is not as usual
   */
  GatewayFixture(
      GatewayConfig config, Vertx vertx, int instances, UnaryOperator<GatewayNode> change) {
    this(config, vertx, instances, change, limits(config));
  }

  private static ClientLimits limits(GatewayConfig config) {
    return new ClientLimits(
        LimitsConfig.DEFAULTS, config.admission().addresses(), Optional.empty());
  }

  private GatewayFixture(
      GatewayConfig config,
      Vertx vertx,
      int instances,
      UnaryOperator<GatewayNode> change,
      ClientLimits limits) {
    this.vertx = vertx;
    bus = new TypedBus(vertx);
    var topics =
        new TopicCatalogue(
            List.of(
                board("routing", "routing", Visibility.PUBLIC, Board.Format.BARE, List.of()),
                board("platform", "platform", Visibility.PUBLIC, Board.Format.TYPED, List.of()),
                board(
                    "pipeline",
                    "pipeline",
                    Visibility.PUBLIC,
                    Board.Format.BARE,
                    List.of("/api/v1/ws/monitoring/pipeline-status")),
                board(
                    "vault", "vault", Visibility.parse("role:ops"), Board.Format.BARE, List.of())),
            Map.of("audit", Visibility.AUTHENTICATED));
    TeamMemberships memberships =
        principal -> {
          teamReads.incrementAndGet();
          return teamsUnavailable
              ? Future.failedFuture("the database is away")
              : afterGate(principal.withTeams(teams.getOrDefault(principal.user(), Set.of())));
        };
    var services =
        new GatewayServices(
                history,
                this::latest,
                GatewayFixture::authenticate,
                memberships,
                topics,
                heartbeats)
            .toBuilder()
                .limits(limits)
                .publisher(new CurrentPublisher())
                .othersMayServe(() -> othersMayServe)
                .build();
    var shared = GatewayNode.of("node-1", config, services, Optional.of(meters));
    node = new Gateway(vertx, bus, change.apply(shared), false);
    await(node.start("127.0.0.1", 0, instances));
  }

  public int port() {
    return node.port();
  }

  /** The servers that clients reach the gateway by. */
  public enum Server {
    /** The gateway's own port. */
    GATEWAY,
    /** The node's HTTP port. */
    HTTP,
    /** A server and a router of a host application. */
    HOST
  }

  /**
   * A port, and what comes before the gateway's paths on it.
   *
   * @param prefix empty, or such as {@code /boards}
   */
  public record Address(int port, String prefix) {
    public String ws(String path) {
      return "ws://127.0.0.1:" + port + prefix + path;
    }

    public String http(String path) {
      return "http://127.0.0.1:" + port + prefix + path;
    }
  }

  /** Opens a server of that kind, unless it is the gateway's own. */
  public Address address(Server server) {
    return switch (server) {
      case GATEWAY -> new Address(port(), "");
      case HTTP -> new Address(httpPort(), "");
      case HOST -> new Address(hostPort(new HttpServerOptions()), "/boards");
    };
  }

  /** Opens an HTTP port of the same node and returns it. */
  public int httpPort() {
    var router =
        new ApiRouter(HttpConfig.DEFAULTS, new TextTokens(), List.of(node.routes()), List.of());
    var api = new HttpApiVerticle("127.0.0.1", 0, HttpConfig.DEFAULTS, router);
    await(vertx.deployVerticle(api));
    return api.port();
  }

  /** Opens a server of a host application, with the gateway below {@code /boards}. */
  public int hostPort(HttpServerOptions options) {
    var below = Router.router(vertx);
    node.routes().mount(below);
    var host = Router.router(vertx);
    host.route().handler(ResponseTimeHandler.create());
    host.route("/boards/*").subRouter(below);
    var server = vertx.createHttpServer(options).requestHandler(host);
    return await(server.listen(0, "127.0.0.1")).actualPort();
  }

  /** The options of the gateway's own port. */
  public static HttpServerOptions portOptions(GatewayConfig config) {
    return GatewayPortVerticle.options(config);
  }

  String uri(String path) {
    return "ws://127.0.0.1:" + port() + path;
  }

  public WsClient connect(String path) {
    return connect(path, Map.of(), List.of());
  }

  WsClient connect(String path, Map<String, String> headers, List<String> subprotocols) {
    WsClient client = WsClient.connect(vertx, uri(path), headers, subprotocols);
    clients.add(client);
    return client;
  }

  /** A token that is valid for an hour. */
  public static String token(String user, String... roles) {
    return token(user, Duration.ofHours(1), roles);
  }

  public static String token(String user, Duration lifetime, String... roles) {
    return user + "~" + Instant.now().plus(lifetime).toEpochMilli() + "~" + String.join("+", roles);
  }

  /** Appends an event and publishes it on the bus, as an emitter does. */
  public void emit(String data, String... streams) {
    publish(history.append("task_created", data, streams));
  }

  /** Waits until the gateway has read a stream's shard to its head, and needs no repair. */
  void catchUpWithLog(String stream) {
    int shard = Shards.of(stream);
    try (WsClient watcher = WsClient.connect(vertx, uri("/ws?topics=" + stream))) {
      watcher.next("subscribed");
      bus.publish(
          Addresses.SHARD_BEACONS, new ShardBeacon(shard, history.epoch(), history.head(shard)));
      String head = history.epoch() + ":" + history.head(shard);
      Awaitility.await()
          .until(
              () -> {
                watcher.send("{\"type\":\"subscribe\",\"topics\":[\"" + stream + "\"]}");
                return watcher.next("subscribed").path("offset").asText().equals(head);
              });
    }
  }

  /** Waits until the gateway has noticed that the epochs of its shards have changed. */
  public void restartShards() {
    int before = history.headReads.get();
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      bus.publish(
          Addresses.SHARD_BEACONS, new ShardBeacon(shard, "e1s" + shard, history.head(shard)));
    }
    Awaitility.await().until(() -> history.headReads.get() > before);
  }

  public void publish(EventBatch batch) {
    bus.publish(Addresses.EVENTS, batch);
  }

  public void publish(String board, long version, String data) {
    Instant now = Instant.now();
    bus.publish(
        Addresses.SNAPSHOTS, new Snapshot(board, version, now, now, false, RawJson.of(data)));
  }

  /** Stores a board's snapshot where only the source has it. */
  public void store(String board, long version, String data) {
    Instant now = Instant.now();
    snapshots.put(board, new Snapshot(board, version, now, now, false, RawJson.of(data)));
  }

  /** Publishes a heartbeat of the database as it is now. */
  void beat() {
    var versions = new HashMap<String, Long>();
    snapshots.forEach((board, snapshot) -> versions.put(board, snapshot.version()));
    heartbeats.publish(
        new Heartbeat(
            System.nanoTime(),
            history.currentHeads().stream()
                .map(
                    head ->
                        new Heartbeat.Shard(
                            head.shard(), head.epoch(), head.head(), OptionalDouble.empty()))
                .toList(),
            versions));
  }

  /** Changes a user's teams, and reports that as a board does: by an event and by a hint. */
  public void teamsOf(String user, String... names) {
    teams.put(user, Set.of(names));
    publish(history.append(TeamMemberships.CHANGED, "{}", "user." + user));
    bus.publish(Addresses.PRINCIPAL_CHANGES, new PrincipalChanged(user));
  }

  /** Runs a task on the event loop of the gateway's port, where that is the only one. */
  void onLoop(Runnable task) {
    node.hubs().publish(hub -> task.run());
  }

  /** Closes the gateway as a node that leaves does. */
  public Future<Void> leave() {
    return node.close();
  }

  public static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(WsClient.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  public void close() {
    clients.forEach(WsClient::close);
    await(vertx.close());
  }

  private Future<Optional<Snapshot>> latest(String board) {
    snapshotReads.incrementAndGet();
    return snapshotsUnavailable
        ? Future.failedFuture("the database is away")
        : Future.succeededFuture(Optional.ofNullable(snapshots.get(board)));
  }

  private Future<Principal> afterGate(Principal read) {
    teamsReadStarted.complete(null);
    return teamsReadGate.map(read);
  }

  private static Future<Principal> authenticate(String token) {
    String[] parts = token.split("~", -1);
    if (parts.length != 3) {
      return Future.failedFuture(new Authenticator.Unauthenticated("the token is malformed"));
    }
    Instant expiry = Instant.ofEpochMilli(Long.parseLong(parts[1]));
    if (!Instant.now().isBefore(expiry)) {
      return Future.failedFuture(new Authenticator.Unauthenticated("the token has expired"));
    }
    Set<String> roles = parts[2].isEmpty() ? Set.of() : Set.of(parts[2].split("\\+"));
    return Future.succeededFuture(
        new Principal(parts[0], Set.of(), roles, expiry.minus(Duration.ofDays(1)), expiry));
  }

  /** The publisher that the test has given. */
  private final class CurrentPublisher implements StreamPublisher {
    @Override
    public Optional<FieldError> refusal(String topic, String type) {
      return publisher.refusal(topic, type);
    }

    @Override
    public Future<List<Boolean>> store(Publisher by, List<Publication> events) {
      return publisher.store(by, events);
    }

    @Override
    public boolean send(EphemeralMessage message) {
      return publisher.send(message);
    }
  }

  private static TopicCatalogue.BoardTopic board(
      String name, String topic, Visibility visibility, Board.Format wire, List<String> paths) {
    return new TopicCatalogue.BoardTopic(name, topic, visibility, wire, paths);
  }
}
