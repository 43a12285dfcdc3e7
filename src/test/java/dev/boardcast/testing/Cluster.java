package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Some nodes in JVMs of their own, on one database and one Redis. */
public final class Cluster implements AutoCloseable {
  public static final String SECRET = "a secret for tests that is long enough for HS256";

  // How many nodes may be added to the first ones.
  private static final int MORE = 1;
  private static final Duration START = Duration.ofSeconds(180);

  private final Optional<Path> clock;
  private final DatabaseConfig db;
  private final Sql sql;
  private final String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
  private final List<Integer> ports;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private Cluster(Optional<Path> clock, DatabaseConfig db, List<Integer> ports) {
    this.clock = clock;
    this.db = db;
    this.sql = new Sql(db.postgresUri());
    this.ports = ports;
  }

  /** Starts that many nodes with all roles and waits until each is ready. */
  public static Cluster start(DatabaseConfig db, int size, String... more) throws Exception {
    return start(Optional.empty(), db, size, more);
  }

  /** The same, whose clocks stand at the time stamp of a file. */
  public static Cluster start(Path clock, DatabaseConfig db, int size, String... more)
      throws Exception {
    return start(Optional.of(clock), db, size, more);
  }

  private static Cluster start(Optional<Path> clock, DatabaseConfig db, int size, String... more)
      throws Exception {
    var cluster = new Cluster(clock, db, FreePorts.some(size + MORE));
    for (int i = 0; i < size; i++) cluster.launch(more);
    for (NodeProcess node : cluster.nodes) node.awaitReady(START);
    return cluster;
  }

  /** One more node; waits until it is ready. */
  public NodeProcess add(String... more) throws Exception {
    NodeProcess node = launch(more);
    node.awaitReady(START);
    return node;
  }

  /** Another process in the place of a node that was killed, at its address; waits until ready. */
  public NodeProcess again(NodeProcess killed) throws Exception {
    int index = nodes.indexOf(killed);
    var node = NodeProcess.start(name + "-again", arguments(index, killed.http().getPort()));
    nodes.set(index, node);
    node.awaitReady(START);
    return node;
  }

  /** The name of the cluster, which is also the prefix of its keys in Redis. */
  public String name() {
    return name;
  }

  /** The name of the node that holds a lease such as {@code emitter.0}; waits until one does. */
  public String holder(String lease) {
    var query = "SELECT holder FROM lease WHERE expires_at > now() AND name = '" + lease + "'";
    return Awaitility.await()
        .atMost(START)
        .until(() -> sql.column(query), holders -> !holders.isEmpty())
        .get(0);
  }

  public NodeProcess node(int index) {
    return nodes.get(index);
  }

  public List<NodeProcess> nodes() {
    return nodes;
  }

  /** The node of that name, as {@code /health/ready} and the leases say it. */
  public NodeProcess named(String nodeName) throws Exception {
    for (NodeProcess node : nodes) {
      if (node.isAlive() && health(node).at("/node/name").asText().equals(nodeName)) return node;
    }
    throw new AssertionError("no live node is called " + nodeName);
  }

  /** Where a node's gateway listens. */
  public URI gateway(NodeProcess node) throws Exception {
    return URI.create("ws://127.0.0.1:" + health(node).at("/node/gateway_port").asInt());
  }

  public JsonNode health(NodeProcess node) throws Exception {
    return Json.MAPPER.readTree(get(node, "/health/ready", null).body());
  }

  /** What the node that keeps a board last found wrong in its rollups; empty before it looked. */
  public OptionalLong drift(String board) throws Exception {
    for (NodeProcess node : nodes) {
      JsonNode drift = health(node).at("/drift/" + board);
      if (drift.isNumber()) return OptionalLong.of(drift.asLong());
    }
    return OptionalLong.empty();
  }

  /** A request; {@code token} may be null. */
  public HttpResponse<String> get(NodeProcess node, String path, String token)
      throws IOException, InterruptedException {
    return send(request(node, path, token).GET().build());
  }

  /** A request; {@code token} may be null. */
  public HttpResponse<String> post(NodeProcess node, String path, String token, String json)
      throws IOException, InterruptedException {
    return send(
        request(node, path, token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  @Override
  public void close() {
    for (NodeProcess node : nodes) node.close();
  }

  private HttpRequest.Builder request(NodeProcess node, String path, String token) {
    var request = HttpRequest.newBuilder(node.http().resolve(path)).timeout(Duration.ofSeconds(15));
    if (token != null) request.header("Authorization", "Bearer " + token);
    return request;
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private NodeProcess launch(String... more) throws IOException {
    var arguments = arguments(nodes.size(), 0);
    arguments.addAll(List.of(more));
    clock.ifPresent(file -> arguments.add(0, file.toString()));
    String main = clock.isPresent() ? "dev.boardcast.ClockedMain" : "dev.boardcast.server.Main";
    var node = NodeProcess.start(name + "-" + nodes.size(), main, arguments);
    nodes.add(node);
    return node;
  }

  private List<String> arguments(int index, int httpPort) {
    var members = new ArrayList<String>();
    for (int port : ports) members.add("127.0.0.1:" + port);
    return new ArrayList<String>(
        List.of(
            "serve",
            "--http-port",
            Integer.toString(httpPort),
            "--gateway-port",
            "0",
            "--pg",
            db.postgresUri(),
            "--redis",
            db.redisUri(),
            "--cluster-name",
            name,
            "--cluster-port",
            Integer.toString(ports.get(index)),
            "--cluster-members",
            String.join(",", members),
            "--jwt-secret",
            SECRET));
  }
}
