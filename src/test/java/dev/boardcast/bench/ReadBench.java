package dev.boardcast.bench;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures reads of a snapshot over HTTP that saturate one core of a node while the board changes:
 * the node's process has one core, this client another, the servers share both.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.ReadBench 10 5 32"
 * }</pre>
 *
 * Arguments: seconds per round (10), rounds (5), connections (32). Needs Linux with {@code
 * taskset}, and two cores.
 */
public final class ReadBench {
  private static final int WARM_UP_SECONDS = 20;
  private static final Person WRITER = Person.of("ada", "red").with("ingest");
  private static final String MEMORY =
      "boardcast_snapshot_reads_total{application=\"boardcast\",source=\"memory\"}";

  private final Cluster cluster;
  private final NodeProcess node;
  private final Sql sql;
  private final long seconds;
  private final int rounds;
  private final int connections;

  private ReadBench(Cluster cluster, Sql sql, long seconds, int rounds, int connections) {
    this.cluster = cluster;
    this.node = cluster.node(0);
    this.sql = sql;
    this.seconds = seconds;
    this.rounds = rounds;
    this.connections = connections;
  }

  public static void main(String[] arguments) throws Exception {
    long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int connections = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-read");
    try (DedicatedServices servers = Services.dedicated(dir)) {
      var db = servers.freshDatabase();
      pin(0);
      try (var cluster = Cluster.start(db, 1)) {
        pin(1);
        var bench = new ReadBench(cluster, new Sql(db.postgresUri()), seconds, rounds, connections);
        var writer = Executors.newSingleThreadScheduledExecutor();
        writer.scheduleAtFixedRate(bench::write, 0, 100, TimeUnit.MILLISECONDS);
        bench.measure("/api/v1/boards/routing");
        bench.measure("/routing/metrics");
        writer.shutdownNow();
      }
    } finally {
      Bench.delete(dir);
    }
    System.exit(0);
  }

  /** Pins all threads of this process, and processes it starts from now on. */
  private static void pin(int core) throws Exception {
    String self = Long.toString(ProcessHandle.current().pid());
    new ProcessBuilder("taskset", "-a", "-p", "-c", Integer.toString(core), self).start().waitFor();
  }

  private void write() {
    String decision = "{\"strategy\":\"s\",\"provider\":\"p\",\"confidence\":0.9,\"cost\":0.0001}";
    try {
      cluster.post(node, "/routing/decisions", WRITER.token(), decision);
    } catch (IOException | InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void measure(String path) throws Exception {
    long body = cluster.get(node, path, null).body().length();
    System.out.printf("GET %s, %d bytes, %d connections%n", path, body, connections);
    System.out.printf(
        "%8s %8s %8s %8s %8s %10s %12s %14s%n",
        "reads/s", "p50 ms", "p99 ms", "max ms", "node", "client", "from memory", "transactions/s");
    List<Double> rates = new ArrayList<>();
    List<Double> p99s = new ArrayList<>();
    double idle = transactions(null, null);
    try (var client = new ReadClient(node.http(), path, connections)) {
      client.run(TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS));
      for (int round = 0; round < rounds; round++) {
        Histogram[] times = new Histogram[1];
        var nodeCpu = cpu(node.pid());
        var clientCpu = cpu(ProcessHandle.current().pid());
        double memory = meter(MEMORY);
        double perSecond = transactions(client, times);
        double rate = times[0].getTotalCount() / (double) seconds;
        rates.add(rate);
        p99s.add(times[0].getValueAtPercentile(99) / 1000.0);
        System.out.printf(
            "%,8.0f %8.2f %8.2f %8.2f %7.0f%% %9.0f%% %,12.0f %14.1f%n",
            rate,
            times[0].getValueAtPercentile(50) / 1000.0,
            times[0].getValueAtPercentile(99) / 1000.0,
            times[0].getMaxValue() / 1000.0,
            percent(cpu(node.pid()).minus(nodeCpu)),
            percent(cpu(ProcessHandle.current().pid()).minus(clientCpu)),
            meter(MEMORY) - memory,
            perSecond);
      }
    }
    System.out.printf(
        "medians: %,.0f reads/s, p99 %.2f ms; %.1f transactions/s without readers; reads from"
            + " elsewhere than memory: %.0f%n",
        Bench.median(rates), Bench.median(p99s), idle, elsewhere());
  }

  /** Transactions per second of the database, with or without the client reading. */
  private double transactions(ReadClient client, Histogram[] times) throws Exception {
    long before = committed();
    if (client == null) TimeUnit.SECONDS.sleep(seconds);
    else times[0] = client.run(TimeUnit.SECONDS.toNanos(seconds));
    return (committed() - before) / (double) seconds;
  }

  private long committed() throws Exception {
    return Long.parseLong(
        sql.column("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
            .get(0));
  }

  private double elsewhere() throws Exception {
    double sum = 0;
    for (String source : List.of("redis", "postgres", "last_known", "none")) {
      sum +=
          meter(
              "boardcast_snapshot_reads_total{application=\"boardcast\",source=\""
                  + source
                  + "\"}");
    }
    return sum;
  }

  private double meter(String name) throws Exception {
    return cluster
        .get(node, "/metrics", null)
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Duration cpu(long pid) {
    return ProcessHandle.of(pid).flatMap(p -> p.info().totalCpuDuration()).orElseThrow();
  }

  private double percent(Duration used) {
    return 100.0 * used.toMillis() / (1000.0 * seconds);
  }
}
