package dev.boardcast.lab.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.lab.alerts.AlertBoard;
import dev.boardcast.lab.alerts.WebhookReceiver;
import dev.boardcast.server.command.RestartableServers;
import dev.boardcast.spi.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Nodes in processes of their own, with the PostgreSQL and Redis they share. Calls block. */
final class LocalCluster implements AutoCloseable {
  static final Duration START_LIMIT = Duration.ofSeconds(120);

  private static final String BOARDS = "boards";
  private static final int POLL_MILLIS = 100;
  private static final int MIN_PORT = 20_000;
  private static final int MAX_PORT = 32_000;

  private static final String HOLDER =
      "SELECT holder FROM lease WHERE expires_at > clock_timestamp() AND name = ?";
  private static final String SENDER =
      "SELECT claimed_by FROM alert_delivery WHERE claimed_until > clock_timestamp()"
          + " AND state = 'waiting' AND channel <> ? ORDER BY claimed_until LIMIT 1";

  private final RestartableServers servers;
  private final ClusterNetwork network;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final String secret = UUID.randomUUID() + "-" + UUID.randomUUID();
  private final String clusterSecret = UUID.randomUUID() + "-" + UUID.randomUUID();

  private WebhookReceiver receiver;
  private String receiverAddress;
  private boolean closed;

  private LocalCluster(RestartableServers servers, ClusterNetwork network) {
    this.servers = servers;
    this.network = network;
  }

  /**
   * Starts the servers; {@link #restore} starts the nodes.
   *
   * @param isPartitionable whether nodes can be cut off each other; needs {@link Namespaces}
   * @param alerts whether there are a board and a receiver for alerts
   */
  static LocalCluster start(
      Vertx vertx, Path directory, int size, boolean isPartitionable, boolean alerts)
      throws IOException, InterruptedException {
    var servers =
        RestartableServers.start(directory.resolve("servers"), directory.resolve("binaries"));
    LocalCluster cluster = null;
    try {
      ClusterNetwork network =
          isPartitionable ? Namespaces.of(vertx, size) : new ClusterNetwork.Loopback();
      cluster = new LocalCluster(servers, network);
      if (alerts) cluster.startReceiver(vertx, directory);
      cluster.addNodes(directory, size);
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      if (cluster != null) cluster.close();
      else servers.close();
      throw failure;
    }
  }

  List<NodeProcess> nodes() {
    return nodes;
  }

  RestartableServers servers() {
    return servers;
  }

  /** The network, to cut nodes off. */
  ClusterNetwork network() {
    return network;
  }

  /** Receives alerts; none without them. */
  WebhookReceiver receiver() {
    return receiver;
  }

  /** Host and port at which nodes reach the receiver. */
  String receiverAddress() {
    return receiverAddress;
  }

  /** The HS256 secret of the nodes. */
  String secret() {
    return secret;
  }

  List<URI> http() {
    return nodes.stream().map(NodeProcess::http).toList();
  }

  /** Host and port of each address of a node that clients use. */
  Set<String> addresses(int node) {
    NodeProcess process = nodes.get(node);
    return Set.of(process.http().getAuthority(), process.gateway().getAuthority());
  }

  /** Each node's gateway port twice and its HTTP port once: two of three clients use the former. */
  List<URI> sockets() {
    var all = new ArrayList<>(nodes.stream().map(NodeProcess::gateway).toList());
    all.addAll(all);
    for (URI http : http()) all.add(URI.create("ws://" + http.getAuthority()));
    return all;
  }

  /** The node that holds a lease such as {@code emitter.0}; waits until one does. */
  int holder(String lease) throws IOException, InterruptedException {
    return awaitNode(HOLDER, lease);
  }

  /** A node that sends a message of an alert at this moment; waits until one does. */
  int sender() throws IOException, InterruptedException {
    return awaitNode(SENDER, "");
  }

  private int awaitNode(String query, String parameter) throws IOException, InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    Optional<String> found = nodeName(query, parameter);
    while (found.isEmpty()) {
      if (System.nanoTime() > end) throw new IOException("no node: " + query + " " + parameter);
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      found = nodeName(query, parameter);
    }
    String name = found.get();
    for (int i = 0; i < nodes.size(); i++) {
      if (name(nodes.get(i)).filter(name::equals).isPresent()) return i;
    }
    throw new IOException(name + " is not a node of this cluster: " + query + " " + parameter);
  }

  /** Starts the nodes that do not run, and waits until they are ready. */
  void restore() throws IOException, InterruptedException {
    for (NodeProcess node : startAll()) node.awaitReady(START_LIMIT);
  }

  private synchronized List<NodeProcess> startAll() throws IOException {
    if (closed) throw new IOException("the cluster was closed");
    var started = new ArrayList<NodeProcess>();
    for (NodeProcess node : nodes) {
      if (node.isAlive()) continue;
      node.start();
      started.add(node);
    }
    return started;
  }

  /** Kills the nodes and stops the servers. Thread safe. */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    for (NodeProcess node : nodes) {
      try {
        node.kill();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (receiver != null) receiver.close();
    network.close();
    servers.close();
  }

  private void startReceiver(Vertx vertx, Path directory) throws IOException, InterruptedException {
    AlertBoard.write(directory.resolve(BOARDS));
    receiver = new WebhookReceiver(vertx);
    receiverAddress = network.serverAddress(receiver.port());
  }

  private void addNodes(Path directory, int size) throws IOException, InterruptedException {
    URI postgres = URI.create(servers.postgresUri());
    URI redis = URI.create(servers.redisUri());
    String postgresUri =
        servers
            .postgresUri()
            .replace(hostAndPort(postgres), network.serverAddress(postgres.getPort()));
    String redisUri =
        servers.redisUri().replace(hostAndPort(redis), network.serverAddress(redis.getPort()));
    List<Integer> ports = freePorts(3 * size);
    var members = new ArrayList<String>();
    for (int i = 0; i < size; i++) members.add(network.peerAddress(i) + ":" + ports.get(3 * i));
    for (int i = 0; i < size; i++) {
      int http = ports.get(3 * i + 1);
      int gateway = ports.get(3 * i + 2);
      var arguments = new ArrayList<String>();
      arguments.addAll(
          List.of(
              "serve",
              "--host=" + network.bindAddress(i),
              "--http-port=" + http,
              "--gateway-port=" + gateway,
              "--pg=" + postgresUri,
              // One connection per attempt: the server has no TLS.
              "--pg-sslmode=disable",
              "--redis=" + redisUri,
              "--cluster-name=laboratory",
              "--cluster-host=" + network.peerAddress(i),
              "--cluster-port=" + ports.get(3 * i),
              "--cluster-members=" + String.join(",", members),
              "--data-dir=" + directory.resolve("node-" + i),
              "--cluster-secret=" + clusterSecret,
              "--jwt-secret=" + secret));
      if (receiver != null) {
        arguments.add("--boards-dir=" + directory.resolve(BOARDS));
        arguments.add("--alerts-private-targets=" + receiverAddress.replaceFirst(":.*", ""));
      }
      nodes.add(
          new NodeProcess(
              network.commandPrefix(i),
              arguments,
              directory.resolve("node-" + i + ".log"),
              URI.create("http://" + network.clientAddress(i) + ":" + http),
              URI.create("ws://" + network.clientAddress(i) + ":" + gateway)));
    }
  }

  private Optional<String> nodeName(String query, String parameter) throws IOException {
    URI uri = URI.create(servers.postgresUri());
    String[] user = uri.getUserInfo().split(":");
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://"
                    + hostAndPort(uri)
                    + uri.getPath()
                    + "?currentSchema=boardcast,public",
                user[0],
                user[1]);
        var statement = connection.prepareStatement(query)) {
      statement.setString(1, parameter);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IOException("cannot read from the database: " + query, failure);
    }
  }

  private static Optional<String> name(NodeProcess node) throws IOException {
    if (!node.isAlive()) return Optional.empty();
    try (var in = node.http().resolve("/health/ready").toURL().openStream()) {
      JsonNode health = Json.MAPPER.readTree(in);
      return Optional.of(health.at("/node/name").asText());
    }
  }

  private static String hostAndPort(URI uri) {
    return uri.getHost() + ":" + uri.getPort();
  }

  /**
   * Ports that are free, below those that the system gives to outgoing connections: they must still
   * be free when a node is restarted.
   */
  private static List<Integer> freePorts(int count) throws IOException {
    var ports = new ArrayList<Integer>();
    int port = ThreadLocalRandom.current().nextInt(MIN_PORT, MAX_PORT);
    for (int tried = 0; ports.size() < count; tried++, port++) {
      if (tried > MAX_PORT - MIN_PORT) throw new IOException("no free ports found");
      try (var socket = new ServerSocket(MIN_PORT + port % (MAX_PORT - MIN_PORT))) {
        ports.add(socket.getLocalPort());
      } catch (BindException taken) {
        // Try the next one.
      }
    }
    return ports;
  }
}
