package dev.boardcast.bench;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures a board by a parameter with many values: what a second of facts costs the database by
 * the number of values that change and the number of viewers, and how long a fact takes to its
 * viewers.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.PartsBench 1000 5000 30"
 * }</pre>
 *
 * Arguments: values (1000), viewers (5000), seconds per phase (30). Viewers, node and servers share
 * the machine.
 */
public final class PartsBench {
  private static final int CONCURRENT_CONNECTS = 100;
  private static final String ROBOT = Person.of("robot").with("ingest").token();
  private static final String FILE =
      """
      version: 2
      name: sales
      title: Sales
      facts: {site: integer, amount: decimal, sent: integer, at: time}
      time: at
      parameters: [site]
      metrics:
        orders: {count: all, label: Orders}
        revenue.total: {sum: amount, label: Revenue}
        revenue.today: {sum: amount, window: today, label: Today}
        week: {avg: amount, window: 7d, label: Mean}
        latest: {last: sent, label: Sent}
      """;

  private final int values;
  private final int seconds;
  private final Boardcast node;
  private final Statements statements;
  private final WebSocketClient client;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<WebSocket> viewers = new ArrayList<>();
  private final LongAdder frames = new LongAdder();
  private final LongAdder lost = new LongAdder();
  // When the newest fact that a viewer has seen was sent, by value.
  private final Map<Integer, Long> sent = new ConcurrentHashMap<>();
  private final List<Double> delays = Collections.synchronizedList(new ArrayList<>());

  private PartsBench(int values, int seconds, Vertx vertx, Boardcast node, Statements statements) {
    this.values = values;
    this.seconds = seconds;
    this.node = node;
    this.statements = statements;
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(20_000).setConnectTimeout(30_000));
  }

  public static void main(String[] arguments) throws Exception {
    int values = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
    int viewers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5000;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 30;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-parts");
    Path boards = Files.createDirectory(dir.resolve("boards"));
    Files.writeString(boards.resolve("sales.yaml"), FILE);
    var vertx = Vertx.vertx();
    try (var servers = Services.durable(dir)) {
      var db = servers.freshDatabase();
      var statements = Statements.count(servers, db);
      Boardcast node =
          Boardcast.deploy(vertx, TestOptions.local(db), Boards.ofFiles(boards))
              .await(60, TimeUnit.SECONDS);
      new PartsBench(values, seconds, vertx, node, statements).measure(viewers);
      node.close().await(30, TimeUnit.SECONDS);
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void measure(int many) throws Exception {
    connect(values);
    // JVMs compile and caches fill.
    for (int i = 0; i < 10; i++) post(values);
    System.out.printf(
        "%8s %16s %14s %12s %10s %10s %10s %6s%n",
        "viewers",
        "changed/s",
        "statements/s",
        "database ms/s",
        "frames/s",
        "p50 ms",
        "p99 ms",
        "lost");
    for (int changed : new int[] {1, 10, 100, values}) phase(changed);
    connect(many);
    for (int changed : new int[] {1, 10, 100, values}) phase(changed);
  }

  private void phase(int changed) throws Exception {
    TimeUnit.SECONDS.sleep(2);
    frames.reset();
    delays.clear();
    long counted = statements.sum();
    double millis = millis();
    long start = System.nanoTime();
    for (int second = 1; second <= seconds; second++) {
      post(changed);
      long due = start + TimeUnit.SECONDS.toNanos(second);
      TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    List<Double> sorted = List.copyOf(delays).stream().sorted().toList();
    System.out.printf(
        "%,8d %,16d %,14.1f %,12.1f %,10.0f %10.0f %10.0f %6d%n",
        viewers.size(),
        changed,
        (statements.sum() - counted) / elapsed,
        (millis() - millis) / elapsed,
        frames.sum() / elapsed,
        sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2),
        sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() * 99 / 100),
        lost.sum());
  }

  private double millis() throws Exception {
    return statements.millisByText().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** A fact of each of so many values, as one batch. */
  private void post(int changed) throws Exception {
    var batch = new StringBuilder();
    for (int site = 0; site < changed; site++) {
      batch.append(
          "{\"site\":%d,\"amount\":12.5,\"sent\":%d}\n".formatted(site, System.nanoTime()));
    }
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + node.httpPort() + "/api/v1/boards/sales/facts"))
            .header("Authorization", "Bearer " + ROBOT)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(batch.toString()))
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) throw new IllegalStateException(response.body());
  }

  private void connect(int count) throws Exception {
    while (viewers.size() < count) {
      List<Future<WebSocket>> connecting = new ArrayList<>();
      int more = Math.min(CONCURRENT_CONNECTS, count - viewers.size());
      for (int i = 0; i < more; i++) connecting.add(viewer((viewers.size() + i) % values));
      Future.all(connecting).await(60, TimeUnit.SECONDS);
      connecting.forEach(socket -> viewers.add(socket.result()));
    }
  }

  private Future<WebSocket> viewer(int site) {
    String address = "ws://127.0.0.1:" + node.httpPort() + "/ws?topics=sales%3Fsite%3D" + site;
    return client
        .connect(new WebSocketConnectOptions().setAbsoluteURI(address))
        .onSuccess(
            socket ->
                socket
                    .textMessageHandler(frame -> received(site, frame))
                    .closeHandler(closed -> lost.increment()));
  }

  private void received(int site, String frame) {
    frames.increment();
    int at = frame.indexOf("\"latest\":");
    int end = frame.indexOf('}', at);
    if (at < 0 || end < 0) return;
    String text = frame.substring(at + 9, end);
    if (!text.matches("[0-9]+")) return;
    long latest = Long.parseLong(text);
    Long before = sent.put(site, latest);
    // Repetitions of a snapshot are not counted.
    if (before != null && before < latest) delays.add((System.nanoTime() - latest) / 1e6);
  }
}
