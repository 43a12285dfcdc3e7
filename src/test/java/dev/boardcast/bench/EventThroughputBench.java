package dev.boardcast.bench;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Shards;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Measures events from commit to clients: one outbox row per transaction, eight writers, three
 * nodes in JVMs of their own, a client on each that subscribes to every stream. Compared with the
 * same inserts by the same writers into a copy of the outbox table while the nodes are idle, and by
 * {@code pgbench} if it is on the path. All commits wait for the disk; the measurements alternate.
 * Writers send no hints, so that at a fixed rate the times include the emitters' polling interval.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.EventThroughputBench 20000 3"
 * }</pre>
 *
 * Arguments: events per round (20000), rounds (3). Everything shares the machine's cores.
 */
public final class EventThroughputBench {
  private static final int NODES = 3;
  private static final int WRITERS = 8;
  private static final int WARM = 5_000;
  private static final double SHARE = 0.4;
  private static final long WAIT_SECONDS = 120;
  private static final List<String> STREAMS =
      IntStream.range(0, 12).mapToObj(i -> "bench-" + i).toList();

  private static final String ALONE =
      "INSERT INTO outbox_alone (shard, event_id, type, streams, data, at) VALUES (1,"
          + " gen_random_uuid(), 'tick', ARRAY['bench-1'], '{\"round\":1,\"n\":1000}'::json, now())";

  private final Sql sql;
  private final ConcurrentHistogram delivery = new ConcurrentHistogram(600_000_000L, 3);
  private final AtomicInteger received = new AtomicInteger();
  private volatile AtomicLongArray committed = new AtomicLongArray(0);
  private volatile int round;

  private EventThroughputBench(Sql sql) {
    this.sql = sql;
  }

  public static void main(String[] arguments) throws Exception {
    int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-events");
    var vertx = Vertx.vertx();
    try (DedicatedServices servers = Services.durable(dir)) {
      var db = servers.freshDatabase();
      try (var cluster = Cluster.start(db, NODES)) {
        var bench = new EventThroughputBench(new Sql(db.postgresUri()));
        bench.follow(vertx, cluster);
        bench.measure(events, rounds);
      }
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void follow(Vertx vertx, Cluster cluster) throws Exception {
    var client = vertx.createWebSocketClient(new WebSocketClientOptions());
    for (var node : cluster.nodes()) {
      String url = cluster.gateway(node) + "/ws?topics=" + String.join(",", STREAMS);
      client
          .connect(new WebSocketConnectOptions().setAbsoluteURI(url))
          .onSuccess(socket -> socket.textMessageHandler(this::received))
          .await(30, TimeUnit.SECONDS);
    }
  }

  private void measure(int events, int rounds) throws Exception {
    sql.run("CREATE TABLE outbox_alone (LIKE outbox INCLUDING ALL)");
    through(WARM, 0);
    write("outbox_alone", WARM, 0);
    var alone = new ArrayList<Double>();
    var pgbench = new ArrayList<Double>();
    var through = new ArrayList<Double>();
    for (int i = 0; i < rounds; i++) {
      alone.add(events / write("outbox_alone", events, 0));
      PgBench.run(sql.uri(), ALONE, WRITERS, events).ifPresent(pgbench::add);
      through.add(events / through(events, 0));
    }
    double most = Bench.median(alone);
    double sustained = Bench.median(through);
    System.out.printf(
        Locale.ROOT,
        "the insert alone %.0f events/s; from commit to clients on %d nodes %.0f events/s: %.2f%n",
        most,
        NODES,
        sustained,
        sustained / most);
    if (!pgbench.isEmpty()) {
      double tps = Bench.median(pgbench);
      System.out.printf(Locale.ROOT, "pgbench %.0f events/s: %.2f of it%n", tps, sustained / tps);
    }
    delivery.reset();
    double rate = SHARE * most;
    through((int) Math.min(events, 10 * rate), rate);
    System.out.printf(
        Locale.ROOT,
        "at %.0f events/s: from commit to frame p50 %.1f ms, p99 %.1f ms, most %.1f ms%n",
        rate,
        delivery.getValueAtPercentile(50) / 1000.0,
        delivery.getValueAtPercentile(99) / 1000.0,
        delivery.getMaxValue() / 1000.0);
  }

  /** Seconds until every client has every event. */
  private double through(int events, double rate) throws Exception {
    received.set(0);
    committed = new AtomicLongArray(events);
    round++;
    long start = System.nanoTime();
    write("outbox", events, rate);
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (received.get() < NODES * events) {
      if (System.nanoTime() > limit) throw new IOException("only " + received + " frames came");
      LockSupport.parkNanos(1_000_000);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /**
   * @param rate events per second, 0 for as many as can be
   * @return seconds
   */
  private double write(String table, int events, double rate) throws Exception {
    var next = new AtomicInteger();
    long start = System.nanoTime();
    Callable<Void> writer =
        () -> {
          insert(table, events, rate, next, start);
          return null;
        };
    var threads = Executors.newFixedThreadPool(WRITERS);
    try {
      var writers = IntStream.range(0, WRITERS).mapToObj(i -> writer).collect(Collectors.toList());
      for (var done : threads.invokeAll(writers)) done.get();
    } finally {
      threads.shutdown();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void insert(String table, int events, double rate, AtomicInteger next, long start)
      throws Exception {
    String insert =
        "INSERT INTO "
            + table
            + " (shard, event_id, type, streams, data, at)"
            + " VALUES (?, gen_random_uuid(), 'tick', ARRAY[?], ?::json, now())";
    try (var connection = sql.connect();
        var statement = connection.prepareStatement(insert)) {
      for (int i = next.getAndIncrement(); i < events; i = next.getAndIncrement()) {
        long due = rate == 0 ? 0 : start + (long) (i / rate * 1e9);
        while (rate > 0 && System.nanoTime() < due) LockSupport.parkNanos(due - System.nanoTime());
        String stream = STREAMS.get(i % STREAMS.size());
        statement.setInt(1, Shards.of(stream));
        statement.setString(2, stream);
        statement.setString(3, "{\"round\":" + round + ",\"n\":" + i + "}");
        statement.executeUpdate();
        if (table.equals("outbox")) committed.set(i, System.nanoTime());
      }
    }
  }

  /** A frame that comes before the response of its commit counts as zero. */
  private void received(String text) {
    long now = System.nanoTime();
    try {
      var data = Json.MAPPER.readTree(text).path("data");
      if (data.path("round").asInt(-1) != round) return;
      long at = committed.get(data.path("n").asInt());
      delivery.recordValue(at == 0 ? 0 : Math.max(0, now - at) / 1000);
      received.incrementAndGet();
    } catch (IOException broken) {
      throw new IllegalStateException(text, broken);
    }
  }
}
