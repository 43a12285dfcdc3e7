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
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/**
 * Nodes in separate JVMs, on one database and one Redis. Boards and streams without a visibility of
 * their own are public.
 */
public final class Cluster implements AutoCloseable {
  public static final String SECRET = "a secret for tests that is long enough for HS256";

  // How many nodes can be added later.
  private static final int MAX_ADDED = 1;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(180);

  // The main class of the nodes, and its own arguments before those of the program.
  private final List<String> main;
  private final DatabaseConfig db;
  private final Sql sql;
  private final String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
  private final List<Integer> ports;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private Cluster(List<String> main, DatabaseConfig db, List<Integer> ports) {
    this.main = main;
    this.db = db;
    this.sql = new Sql(db.postgresUri());
    this.ports = ports;
  }

  /** Starts {@code size} nodes with all roles and waits until each is ready. */
  public static Cluster start(DatabaseConfig db, int size, String... arguments) throws Exception {
    return start(List.of("dev.boardcast.server.Main"), db, size, arguments);
  }

  /** The same, with clocks that show the time stamp of a file. */
  public static Cluster start(Path clock, DatabaseConfig db, int size, String... arguments)
      throws Exception {
    return start(List.of("dev.boardcast.ClockedMain", clock.toString()), db, size, arguments);
  }

  /** The same, with nodes whose event bus brings no messages of one address. */
  public static Cluster startWithout(
      String address, DatabaseConfig db, int size, String... arguments) throws Exception {
    return start(List.of("dev.boardcast.LossyNode", address), db, size, arguments);
  }

  /** The same, with arguments of its own for each node, by its index. */
  public static Cluster start(DatabaseConfig db, int size, IntFunction<List<String>> arguments)
      throws Exception {
    var cluster =
        new Cluster(List.of("dev.boardcast.server.Main"), db, FreePorts.some(size + MAX_ADDED));
    for (int i = 0; i < size; i++) cluster.launch(arguments.apply(i).toArray(String[]::new));
    for (NodeProcess node : cluster.nodes) node.awaitReady(START_TIMEOUT);
    return cluster;
  }

  private static Cluster start(List<String> main, DatabaseConfig db, int size, String... arguments)
      throws Exception {
    var cluster = new Cluster(main, db, FreePorts.some(size + MAX_ADDED));
    for (int i = 0; i < size; i++) cluster.launch(arguments);
    for (NodeProcess node : cluster.nodes) node.awaitReady(START_TIMEOUT);
    return cluster;
  }

  /** Adds a node and waits until it is ready. */
  public NodeProcess add(String... arguments) throws Exception {
    NodeProcess node = launch(arguments);
    node.awaitReady(START_TIMEOUT);
    return node;
  }

  /** Stops a node that was added last; another one may then be added. */
  public void remove(NodeProcess last) {
    last.close();
    nodes.remove(last);
  }

  /** Restarts a node that was killed, at its address, and waits until it is ready. */
  public NodeProcess restart(NodeProcess killed) throws Exception {
    int index = nodes.indexOf(killed);
    var node = NodeProcess.start(name + "-restarted", arguments(index, killed.http().getPort()));
    nodes.set(index, node);
    node.awaitReady(START_TIMEOUT);
    return node;
  }

  /** The name of the cluster, which is also the prefix of its keys in Redis. */
  public String name() {
    return name;
  }

  /** Waits until a node holds a lease such as {@code emitter.0}, and returns its name. */
  public String holder(String lease) {
    var query = "SELECT holder FROM lease WHERE expires_at > now() AND name = '" + lease + "'";
    return Awaitility.await()
        .atMost(START_TIMEOUT)
        .until(() -> sql.column(query), holders -> !holders.isEmpty())
        .get(0);
  }

  public NodeProcess node(int index) {
    return nodes.get(index);
  }

  public List<NodeProcess> nodes() {
    return nodes;
  }

  /** The port of a node's member of Hazelcast. */
  public int memberPort(int index) {
    return ports.get(index);
  }

  /** The node of a name as in {@code /health/ready} and in leases. */
  public NodeProcess named(String nodeName) throws Exception {
    for (NodeProcess node : nodes) {
      if (node.isAlive() && health(node).at("/node/name").asText().equals(nodeName)) return node;
    }
    throw new AssertionError("no live node is called " + nodeName);
  }

  /** The address of a node's gateway port. */
  public URI gateway(NodeProcess node) throws Exception {
    return URI.create("ws://127.0.0.1:" + health(node).at("/node/gateway_port").asInt());
  }

  public JsonNode health(NodeProcess node) throws Exception {
    return Json.MAPPER.readTree(get(node, "/health/ready", null).body());
  }

  /** The drift that a board's last audit found in its rollups; empty before the first audit. */
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

  /** A request; {@code token} may be null. */
  public HttpResponse<String> delete(NodeProcess node, String path, String token)
      throws IOException, InterruptedException {
    return send(request(node, path, token).DELETE().build());
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

  private NodeProcess launch(String... arguments) throws IOException {
    var all = arguments(nodes.size(), 0);
    all.addAll(List.of(arguments));
    all.addAll(0, main.subList(1, main.size()));
    var node = NodeProcess.start(name + "-" + nodes.size(), main.get(0), all);
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
            SECRET,
            "--default-visibility",
            "public"));
  }
}
