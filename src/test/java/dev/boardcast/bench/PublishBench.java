package dev.boardcast.bench;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures publishing over HTTP, {@code POST …/events}, until a client of the node has every event:
 * from several connections, one event a request and in arrays of 100. Compared with {@code
 * pgbench}, which inserts the same row into a copy of the outbox by as many connections, one a
 * transaction. All commits wait for the disk; the measurements alternate. Then PostgreSQL is
 * restarted with {@code pg_stat_statements}, which says what is executed for an event.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.PublishBench 20000 3 16"
 * }</pre>
 *
 * Arguments: events per round (20000), rounds (3), connections (16). Needs Linux and pgbench.
 * Everything shares the machine's cores.
 */
public final class PublishBench {
  private static final int BATCH = 100;
  private static final int WARM = 5_000;
  private static final long WAIT_SECONDS = 120;
  private static final String STREAM = "bench-1";
  private static final String WRITER = Person.of("ada", "red").with("publish").token();
  private static final String ALONE =
      "INSERT INTO outbox_alone (shard, event_id, type, streams, data, at) VALUES (1,"
          + " gen_random_uuid(), 'tick', ARRAY['bench-1'], '{\"n\":1000}'::json, now())";

  private final Cluster cluster;
  private final Sql sql;
  private final int connections;
  private final long postmaster;
  private final AtomicInteger received = new AtomicInteger();
  // One without a reference is closed.
  private WebSocketClient client;

  private PublishBench(Cluster cluster, Sql sql, int connections) throws Exception {
    this.cluster = cluster;
    this.sql = sql;
    this.connections = connections;
    this.postmaster = postmaster();
  }

  public static void main(String[] arguments) throws Exception {
    int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    int connections = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 16;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-publish");
    var vertx = Vertx.vertx();
    try (DedicatedServices servers = Services.durable(dir)) {
      var db = servers.freshDatabase();
      try (var cluster = Cluster.start(db, 1)) {
        var bench = new PublishBench(cluster, new Sql(db.postgresUri()), connections);
        bench.follow(vertx);
        bench.measure(events, rounds);
      }
      var statements = Statements.count(servers, db);
      try (var cluster = Cluster.start(db, 1)) {
        var bench = new PublishBench(cluster, new Sql(db.postgresUri()), connections);
        bench.follow(vertx);
        bench.explain(statements, events);
      }
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private NodeProcess node() {
    return cluster.node(0);
  }

  private void follow(Vertx vertx) throws Exception {
    String url = cluster.gateway(node()) + "/ws?topics=" + STREAM;
    client = vertx.createWebSocketClient(new WebSocketClientOptions());
    client
        .connect(new WebSocketConnectOptions().setAbsoluteURI(url))
        .onSuccess(
            socket ->
                socket.textMessageHandler(
                    text -> {
                      if (text.startsWith("{\"type\":\"tick\"")) received.incrementAndGet();
                    }))
        .await(30, TimeUnit.SECONDS);
  }

  private record Cost(double rate, double postgresMicros, double nodeMicros) {}

  private interface Work {
    void run() throws Exception;
  }

  private void measure(int events, int rounds) throws Exception {
    sql.run("CREATE TABLE outbox_alone (LIKE outbox INCLUDING ALL)");
    through(WARM, 1);
    through(WARM, BATCH);
    List<Cost> alone = new ArrayList<>();
    List<Cost> single = new ArrayList<>();
    List<Cost> batches = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      alone.add(
          cost(events, () -> PgBench.run(sql.uri(), ALONE, connections, events).orElseThrow()));
      single.add(cost(events, () -> through(events, 1)));
      batches.add(cost(5 * events, () -> through(5 * events, BATCH)));
    }
    System.out.printf(
        "%-26s %10s %8s %18s %14s%n", "", "events/s", "share", "PostgreSQL µs", "node µs");
    double most = median(alone, Cost::rate);
    print("pgbench", alone, most);
    print("one event a request", single, most);
    print("arrays of " + BATCH, batches, most);
  }

  private static void print(String what, List<Cost> costs, double most) {
    System.out.printf(
        Locale.ROOT,
        "%-26s %,10.0f %8.2f %18.1f %14.1f%n",
        what,
        median(costs, Cost::rate),
        median(costs, Cost::rate) / most,
        median(costs, Cost::postgresMicros),
        median(costs, Cost::nodeMicros));
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> value) {
    return Bench.median(costs.stream().map(value::applyAsDouble).toList());
  }

  private void explain(Statements statements, int events) throws Exception {
    through(WARM, 1);
    for (int size : new int[] {1, BATCH}) {
      var before = statements.byText();
      var timesBefore = statements.millisByText();
      through(events, size);
      var after = statements.byText();
      var times = statements.millisByText();
      double all = times.values().stream().mapToDouble(each -> each).sum();
      all -= timesBefore.values().stream().mapToDouble(each -> each).sum();
      System.out.printf("statements for %,d events, %d a request:%n", events, size);
      double total = all;
      after.entrySet().stream()
          .map(each -> each.getKey())
          .filter(text -> after.get(text) - before.getOrDefault(text, 0L) > 10)
          .sorted(
              (one, other) ->
                  Double.compare(
                      times.get(other) - timesBefore.getOrDefault(other, 0.0),
                      times.get(one) - timesBefore.getOrDefault(one, 0.0)))
          .limit(8)
          .forEach(
              text -> {
                long calls = after.get(text) - before.getOrDefault(text, 0L);
                double millis = times.get(text) - timesBefore.getOrDefault(text, 0.0);
                System.out.printf(
                    Locale.ROOT,
                    "%8d calls %8.3f an event %6.1f µs an event %4.0f %%  %s%n",
                    calls,
                    calls / (double) events,
                    1000 * millis / events,
                    100 * millis / total,
                    text.substring(0, Math.min(70, text.length())));
              });
    }
  }

  private Cost cost(int events, Work work) throws Exception {
    double postgres = postgresSeconds();
    double ofNode = cpu(node().pid());
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Cost(
        events / seconds,
        1e6 * (postgresSeconds() - postgres) / events,
        1e6 * (cpu(node().pid()) - ofNode) / events);
  }

  /** Publishes and waits until the client has every event. */
  private void through(int events, int perRequest) throws Exception {
    received.set(0);
    int requests = events / perRequest;
    var next = new AtomicInteger();
    Callable<Void> writer =
        () -> {
          post(requests, perRequest, next);
          return null;
        };
    var threads = Executors.newFixedThreadPool(connections);
    try {
      var writers =
          IntStream.range(0, connections).mapToObj(i -> writer).collect(Collectors.toList());
      for (var done : threads.invokeAll(writers)) done.get();
    } finally {
      threads.shutdown();
    }
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (received.get() < events) {
      if (System.nanoTime() > limit) throw new IOException("only " + received + " frames came");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void post(int requests, int perRequest, AtomicInteger next) throws IOException {
    URI server = node().http();
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      socket.setTcpNoDelay(true);
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var out = socket.getOutputStream();
      for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) {
        String event = "{\"type\":\"tick\",\"data\":{\"n\":" + i + "}}";
        String body = event;
        if (perRequest > 1) {
          body = "[" + String.join(",", Collections.nCopies(perRequest, event)) + "]";
        }
        String request =
            "POST /api/v1/streams/%s/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
                    .formatted(STREAM, server.getAuthority(), WRITER)
                + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(body.length(), body);
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        String status = readLine(in);
        if (!status.matches("HTTP/1.1 20[01] .*")) throw new IOException(status);
        int length = 0;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
          String lower = line.toLowerCase(Locale.ROOT);
          if (lower.startsWith("content-length:")) {
            length = Integer.parseInt(lower.substring(15).strip());
          }
        }
        in.readFully(new byte[length]);
      }
    }
  }

  private static String readLine(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new IOException("the node closed the connection");
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }

  private long postmaster() throws Exception {
    try (var connection = sql.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      return ProcessHandle.of(rows.getLong(1)).flatMap(ProcessHandle::parent).orElseThrow().pid();
    }
  }

  /** CPU time of the server with all its processes, those that have ended too. */
  private double postgresSeconds() throws IOException {
    double seconds = ticks(postmaster, 15) + ticks(postmaster, 16);
    seconds += ticks(postmaster, 13) + ticks(postmaster, 14);
    for (ProcessHandle child : ProcessHandle.of(postmaster).orElseThrow().children().toList()) {
      try {
        seconds += ticks(child.pid(), 13) + ticks(child.pid(), 14);
      } catch (IOException ended) {
        // Counted by the postmaster from now on.
      }
    }
    return seconds;
  }

  /** A field of {@code /proc/<pid>/stat} in seconds, from 0. */
  private static double ticks(long pid, int field) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    // The name of the program, in parentheses, may have spaces.
    String[] rest = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(rest[field - 2]) / 100.0;
  }

  private static double cpu(long pid) {
    Duration used =
        ProcessHandle.of(pid).flatMap(each -> each.info().totalCpuDuration()).orElseThrow();
    return used.toMillis() / 1000.0;
  }
}
