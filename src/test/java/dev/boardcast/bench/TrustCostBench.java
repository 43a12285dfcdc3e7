package dev.boardcast.bench;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestCa;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures what TLS to clients costs: connects per second, CPU time of the node per delivery, and
 * rows per second of ingest, by nodes in processes of their own that differ in this setting only.
 * The nodes take turns, so that noise of the machine affects all. Linux only.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.TrustCostBench 1000 3"
 * }</pre>
 *
 * Arguments: clients (1000), rounds (3).
 */
public final class TrustCostBench {
  private static final Person USER = Person.of("bot").with("publish", "ingest");
  private static final int CONCURRENT = 32;
  private static final int EVENTS_PER_SECOND = 50;
  private static final int EVENT_SECONDS = 8;
  private static final int BODIES = 20;
  private static final int LINES = 5_000;
  private static final double MILLIS_PER_TICK = 10;

  private final Map<String, NodeProcess> nodes = new LinkedHashMap<>();
  private final Map<String, List<double[]>> results = new LinkedHashMap<>();
  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient sockets =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setTrustAll(true)
              .setVerifyHost(false)
              .setMaxConnections(50_000));
  private final WebClient http =
      WebClient.create(
          vertx,
          new WebClientOptions().setTrustAll(true).setVerifyHost(false),
          new PoolOptions().setHttp1MaxSize(4));

  public static void main(String[] arguments) throws Exception {
    int clients = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-trust");
    try (DedicatedServices servers = Services.durable(dir.resolve("servers"))) {
      var bench = new TrustCostBench();
      TestCa.Issued issued = new TestCa(dir, "ca").issue();
      List<String> tls = List.of("--tls-cert", "" + issued.cert(), "--tls-key", "" + issued.key());
      bench.start(servers, "plain", List.of());
      bench.start(servers, "TLS", tls);
      for (int round = 0; round <= rounds; round++) {
        for (String name : bench.nodes.keySet()) bench.measure(name, clients, round > 0);
      }
      bench.print();
      bench.nodes.values().forEach(NodeProcess::close);
      bench.vertx.close();
    } finally {
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void start(DedicatedServices servers, String name, List<String> settings)
      throws Exception {
    var cluster = Cluster.start(servers.freshDatabase(), 1, settings.toArray(String[]::new));
    nodes.put(name, cluster.node(0));
    results.put(name, new ArrayList<>());
  }

  /** The first round of each node compiles what runs most, and is not counted. */
  private void measure(String name, int clients, boolean counts) throws Exception {
    NodeProcess node = nodes.get(name);
    var received = new LongAdder();
    var open = new ConcurrentLinkedQueue<WebSocket>();
    double before = millis(node);
    long start = System.nanoTime();
    connect(node, clients, open, received);
    double connectsPerSecond = clients / seconds(start);
    double connectMillis = (millis(node) - before) / clients;
    before = millis(node);
    received.reset();
    for (int i = 0; i < EVENTS_PER_SECOND * EVENT_SECONDS; i++) {
      publish(node);
      TimeUnit.MILLISECONDS.sleep(1_000 / EVENTS_PER_SECOND);
    }
    TimeUnit.MILLISECONDS.sleep(500);
    double deliveryMicros = 1_000 * (millis(node) - before) / received.sum();
    for (WebSocket socket : open) socket.close();
    start = System.nanoTime();
    ingest(node);
    double rowsPerSecond = BODIES * LINES / seconds(start);
    var row = new double[] {connectsPerSecond, connectMillis, deliveryMicros, rowsPerSecond};
    if (counts) results.get(name).add(row);
    System.out.printf(
        "%-15s %6.0f connects/s, %.2f ms CPU each, %.1f us CPU per delivery, %.0f rows/s%s%n",
        name, row[0], row[1], row[2], row[3], counts ? "" : " (not counted)");
  }

  private void connect(NodeProcess node, int clients, Queue<WebSocket> open, LongAdder received)
      throws Exception {
    var left = new AtomicInteger(clients);
    List<Future<?>> lanes = new ArrayList<>();
    for (int i = 0; i < CONCURRENT; i++) lanes.add(lane(node, left, open, received));
    Future.all(lanes).await(120, TimeUnit.SECONDS);
  }

  private Future<Void> lane(
      NodeProcess node, AtomicInteger left, Queue<WebSocket> open, LongAdder received) {
    if (left.getAndDecrement() <= 0) return Future.succeededFuture();
    var options =
        new WebSocketConnectOptions()
            .setHost(node.http().getHost())
            .setPort(node.http().getPort())
            .setSsl(node.http().getScheme().equals("https"))
            .setURI("/ws?topics=news")
            .addSubProtocol("bearer." + USER.token());
    return sockets
        .connect(options)
        .compose(
            socket -> {
              open.add(socket);
              socket.textMessageHandler(text -> received.increment());
              return lane(node, left, open, received);
            });
  }

  private void publish(NodeProcess node) throws Exception {
    post(
            node,
            "/api/v1/streams/news/events",
            "application/json",
            Buffer.buffer("{\"type\":\"t\",\"data\":{\"filler\":\"" + "x".repeat(200) + "\"}}"))
        .await(20, TimeUnit.SECONDS);
  }

  private void ingest(NodeProcess node) throws Exception {
    var lines = Buffer.buffer();
    for (int i = 0; i < LINES; i++) {
      lines.appendString(
          "{\"strategy\":\"hybrid\",\"provider\":\"p%d\",\"confidence\":0.9,\"cost\":0.00005}%n"
              .formatted(i % 5));
    }
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < BODIES; i++) {
      all.add(post(node, "/routing/decisions", "application/x-ndjson", lines));
    }
    Future.all(all).await(120, TimeUnit.SECONDS);
  }

  private Future<?> post(NodeProcess node, String path, String type, Buffer body) {
    return http.post(node.http().getPort(), node.http().getHost(), path)
        .ssl(node.http().getScheme().equals("https"))
        .bearerTokenAuthentication(USER.token())
        .putHeader("Content-Type", type)
        .sendBuffer(body)
        .map(
            answer -> {
              if (answer.statusCode() / 100 == 2) return null;
              throw new IllegalStateException(answer.statusCode() + " " + answer.bodyAsString());
            });
  }

  private void print() {
    String[] names = {"connects/s", "ms CPU per connect", "us CPU per delivery", "rows/s"};
    String first = nodes.keySet().iterator().next();
    for (int i = 0; i < names.length; i++) {
      for (String name : nodes.keySet()) {
        double median = median(name, i);
        System.out.printf(
            "%-20s %-15s median %.2f, ratio %.2f%n",
            names[i], name, median, median / median(first, i));
      }
    }
  }

  private double median(String name, int column) {
    return Bench.median(results.get(name).stream().map(row -> row[column]).toList());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** CPU time of a process so far. */
  private static double millis(NodeProcess node) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(node.pid()), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return MILLIS_PER_TICK * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }
}
