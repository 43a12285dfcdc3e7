package dev.boardcast.lab.faults;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Some nodes in processes of their own, and the servers they share. Calls block. */
final class LocalCluster implements AutoCloseable {
  static final Duration START = Duration.ofSeconds(120);

  private static final int LOOK_MILLIS = 100;
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;

  private final RestartableServers servers;
  private final ClusterNetwork network;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final String secret = UUID.randomUUID() + "-" + UUID.randomUUID();

  private boolean closed;

  private LocalCluster(RestartableServers servers, ClusterNetwork network) {
    this.servers = servers;
    this.network = network;
  }

  /**
   * Starts the servers; {@link #restore} starts the nodes.
   *
   * @param cuts whether nodes must be cut off each other; needs {@link Namespaces}
   */
  static LocalCluster start(Vertx vertx, Path home, int size, boolean cuts)
      throws IOException, InterruptedException {
    var servers = RestartableServers.start(home.resolve("servers"), home.resolve("binaries"));
    LocalCluster cluster = null;
    try {
      ClusterNetwork network = cuts ? Namespaces.of(vertx, size) : new ClusterNetwork.Loopback();
      cluster = new LocalCluster(servers, network);
      cluster.furnish(home, size);
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

  /** Where faults of the network are made. */
  ClusterNetwork network() {
    return network;
  }

  /** That tokens are signed with. */
  String secret() {
    return secret;
  }

  List<URI> http() {
    return nodes.stream().map(NodeProcess::http).toList();
  }

  /** Each node's gateway, and one HTTP port, which hands upgrades on. */
  List<URI> sockets() {
    var all = new ArrayList<>(nodes.stream().map(NodeProcess::gateway).toList());
    all.addAll(all);
    for (URI http : http()) all.add(URI.create("ws://" + http.getAuthority()));
    return all;
  }

  /** The node that holds a lease such as {@code emitter.0}; waits until one does. */
  int holder(String lease) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    Optional<String> holder = holderName(lease);
    while (holder.isEmpty()) {
      if (System.nanoTime() > end) throw new IOException("nobody holds " + lease);
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      holder = holderName(lease);
    }
    String name = holder.get();
    for (int i = 0; i < nodes.size(); i++) {
      if (name(nodes.get(i)).filter(name::equals).isPresent()) return i;
    }
    throw new IOException("no node is called " + name + ", which holds " + lease);
  }

  /** Starts those that do not run, and waits until all are ready. */
  void restore() throws IOException, InterruptedException {
    for (NodeProcess node : startAll()) node.awaitReady(START);
  }

  private synchronized List<NodeProcess> startAll() throws IOException {
    if (closed) throw new IOException("the cluster was closed");
    var fresh = new ArrayList<NodeProcess>();
    for (NodeProcess node : nodes) {
      if (node.isAlive()) continue;
      node.start();
      fresh.add(node);
    }
    return fresh;
  }

  /** Also while another thread waits for nodes to be ready. */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    for (NodeProcess node : nodes) {
      try {
        node.kill();
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
    }
    network.close();
    servers.close();
  }

  private void furnish(Path home, int size) throws IOException, InterruptedException {
    URI postgres = URI.create(servers.postgresUri());
    URI redis = URI.create(servers.redisUri());
    String pg = servers.postgresUri().replace(at(postgres), network.server(postgres.getPort()));
    String cache = servers.redisUri().replace(at(redis), network.server(redis.getPort()));
    List<Integer> ports = freePorts(3 * size);
    var members = new ArrayList<String>();
    for (int i = 0; i < size; i++) members.add(network.ofPeers(i) + ":" + ports.get(3 * i));
    for (int i = 0; i < size; i++) {
      int http = ports.get(3 * i + 1);
      int gateway = ports.get(3 * i + 2);
      var arguments =
          List.of(
              "serve",
              "--host=" + network.bound(i),
              "--http-port=" + http,
              "--gateway-port=" + gateway,
              "--pg=" + pg,
              "--redis=" + cache,
              "--cluster-name=laboratory",
              "--cluster-host=" + network.ofPeers(i),
              "--cluster-port=" + ports.get(3 * i),
              "--cluster-members=" + String.join(",", members),
              "--data-dir=" + home.resolve("node-" + i),
              "--jwt-secret=" + secret);
      nodes.add(
          new NodeProcess(
              network.prefix(i),
              arguments,
              home.resolve("node-" + i + ".log"),
              URI.create("http://" + network.reached(i) + ":" + http),
              URI.create("ws://" + network.reached(i) + ":" + gateway)));
    }
  }

  private Optional<String> holderName(String lease) throws IOException {
    URI uri = URI.create(servers.postgresUri());
    String[] user = uri.getUserInfo().split(":");
    String query = "SELECT holder FROM lease WHERE expires_at > clock_timestamp() AND name = ?";
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://" + at(uri) + uri.getPath() + "?currentSchema=boardcast,public",
                user[0],
                user[1]);
        var statement = connection.prepareStatement(query)) {
      statement.setString(1, lease);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    } catch (SQLException failure) {
      throw new IOException("cannot read leases", failure);
    }
  }

  private static Optional<String> name(NodeProcess node) throws IOException {
    if (!node.isAlive()) return Optional.empty();
    try (var in = node.http().resolve("/health/ready").toURL().openStream()) {
      JsonNode health = Json.MAPPER.readTree(in);
      return Optional.of(health.at("/node/name").asText());
    }
  }

  private static String at(URI uri) {
    return uri.getHost() + ":" + uri.getPort();
  }

  /**
   * Ports that were free a moment ago, below those that outgoing connections take: a node that is
   * started again must find its own free.
   */
  private static List<Integer> freePorts(int count) throws IOException {
    var ports = new ArrayList<Integer>();
    int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
    for (int tried = 0; ports.size() < count; tried++, port++) {
      if (tried > LAST_PORT - FIRST_PORT) throw new IOException("there are no free ports");
      try (var socket = new ServerSocket(FIRST_PORT + port % (LAST_PORT - FIRST_PORT))) {
        ports.add(socket.getLocalPort());
      } catch (BindException taken) {
        // The next one, then.
      }
    }
    return ports;
  }
}
