package dev.boardcast.bench;

import dev.boardcast.spi.Shards;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures the CPU time that each node of a cluster takes, by kind of thread, while events are
 * written to one node that has all the clients: what the others take is the price of hearing what
 * none of their clients wants. First without events, then with them. Linux only.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.NodeCpuBench 3 300 50 60"
 * }</pre>
 *
 * Arguments: nodes (3), clients of the first node (300), events per second (50), seconds per phase
 * (60), warm-up seconds (60), bytes of an event (200), sessions of each other node, which follow
 * another stream of the same shard (0).
 */
public final class NodeCpuBench {
  private static final Person WRITER = Person.of("bot").with("publish");
  private static final String STREAM = "news";
  private static final int CONCURRENT_CONNECTS = 50;
  private static final int TICKS_PER_SECOND = 100;

  private final Cluster cluster;
  private final int perSecond;
  private final String filler;
  private final LongAdder deliveries = new LongAdder();
  private final AtomicLong written = new AtomicLong();
  // Kept: Vert.x closes the connections of a client that was collected.
  private final WebSocketClient client;
  private final List<WebSocket> sockets = new ArrayList<>();

  private NodeCpuBench(Cluster cluster, Vertx vertx, int perSecond, int bytes) {
    this.cluster = cluster;
    this.client =
        vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(50_000));
    this.perSecond = perSecond;
    this.filler = "x".repeat(bytes);
  }

  public static void main(String[] arguments) throws Exception {
    int[] values = {3, 300, 50, 60, 60, 200, 0};
    for (int i = 0; i < arguments.length; i++) values[i] = Integer.parseInt(arguments[i]);
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-cpu");
    var vertx = Vertx.vertx();
    try (DedicatedServices servers = Services.durable(dir)) {
      try (var cluster = Cluster.start(servers.freshDatabase(), values[0])) {
        var bench = new NodeCpuBench(cluster, vertx, values[2], values[5]);
        bench.run(values[1], values[3], values[4], values[6]);
      }
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void run(int clients, int seconds, int warmUp, int others) throws Exception {
    connect(cluster.node(0), STREAM, clients);
    for (NodeProcess node : cluster.nodes().subList(1, cluster.nodes().size())) {
      connect(node, streamBeside(STREAM), others);
    }
    ScheduledExecutorService writer = write();
    TimeUnit.SECONDS.sleep(warmUp);
    writer.shutdownNow();
    TimeUnit.SECONDS.sleep(5);
    measure("without events", seconds);
    writer = write();
    TimeUnit.SECONDS.sleep(5);
    measure("with events", seconds);
    writer.shutdownNow();
  }

  private ScheduledExecutorService write() {
    ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    writer.scheduleAtFixedRate(this::post, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    return writer;
  }

  private void post() {
    try {
      String event = "{\"type\":\"t\",\"data\":{\"filler\":\"" + filler + "\"}}";
      String path = "/api/v1/streams/" + STREAM + "/events";
      int status = cluster.post(cluster.node(0), path, WRITER.token(), event).statusCode();
      if (status == 201) written.incrementAndGet();
    } catch (IOException | InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void measure(String phase, int seconds) throws Exception {
    var before = new ArrayList<Map<String, Long>>();
    for (NodeProcess node : cluster.nodes()) before.add(ticks(node));
    deliveries.reset();
    long writtenBefore = written.get();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double elapsed = (System.nanoTime() - start) / 1e9;
    long delivered = deliveries.sum();
    String emitter = cluster.holder("emitter." + Shards.of(STREAM));
    System.out.printf(
        "%n%s: %.1f events/s, %.0f deliveries/s%n",
        phase, (written.get() - writtenBefore) / elapsed, delivered / elapsed);
    double sum = 0;
    for (int i = 0; i < cluster.nodes().size(); i++) {
      NodeProcess node = cluster.node(i);
      Map<String, Double> millis = new TreeMap<>();
      Map<String, Long> earlier = before.get(i);
      ticks(node)
          .forEach(
              (name, ticks) -> {
                double more = ticks - earlier.getOrDefault(name, 0L);
                if (more > 0) millis.put(name, more * 1000 / TICKS_PER_SECOND / elapsed);
              });
      double all = millis.values().stream().mapToDouble(Double::doubleValue).sum();
      sum += all;
      boolean isEmitter = cluster.named(emitter) == node;
      System.out.printf("node %d%s: %.1f ms/s%n", i, isEmitter ? " (emits)" : "", all);
      millis.forEach((name, value) -> System.out.printf("    %-18s %7.1f%n", name, value));
    }
    System.out.printf("all nodes: %.1f ms/s", sum);
    if (delivered > 0) System.out.printf(", %.1f us per delivery", 1e3 * sum * elapsed / delivered);
    System.out.println();
  }

  /** CPU time of a node's threads by their name without numbers, in clock ticks. */
  private static Map<String, Long> ticks(NodeProcess node) throws IOException {
    Map<String, Long> ticks = new TreeMap<>();
    try (var threads = Files.list(Path.of("/proc", Long.toString(node.pid()), "task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long time = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        ticks.merge(name.replaceAll("[-#]?\\d+", ""), time, Long::sum);
      }
    }
    return ticks;
  }

  private void connect(NodeProcess node, String stream, int count) throws Exception {
    String uri = cluster.gateway(node) + "/ws?topics=" + stream;
    for (int left = count; left > 0; left -= CONCURRENT_CONNECTS) {
      List<Future<WebSocket>> connecting = new ArrayList<>();
      for (int i = 0; i < Math.min(left, CONCURRENT_CONNECTS); i++) {
        connecting.add(
            client
                .connect(new WebSocketConnectOptions().setAbsoluteURI(uri))
                .onSuccess(socket -> socket.textMessageHandler(this::received)));
      }
      Future.all(connecting).await(60, TimeUnit.SECONDS);
      connecting.forEach(socket -> sockets.add(socket.result()));
    }
  }

  private void received(String frame) {
    if (frame.startsWith("{\"type\":\"t\"")) deliveries.increment();
  }

  /** Another stream of the same shard. */
  private static String streamBeside(String other) {
    for (int n = 0; ; n++) {
      if (Shards.of(other + n) == Shards.of(other)) return other + n;
    }
  }
}
