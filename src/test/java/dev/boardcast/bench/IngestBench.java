package dev.boardcast.bench;

import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/**
 * Measures NDJSON streamed into one node, compared with {@code psql \copy} of the same rows into
 * the same table, alternating; then one long body, with the node's memory meanwhile. PostgreSQL
 * waits for the disk, as in production. The node is a process of its own; all share the machine's
 * cores.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.IngestBench 300000 5 2000"
 * }</pre>
 *
 * Arguments: rows per round (300000), rounds (5), megabytes of the long body (0 for none). Without
 * {@code psql} the PostgreSQL driver sends the same command. Lag is from the response to the first
 * snapshot that includes all rows.
 */
public final class IngestBench {
  private static final Person SENDER = Person.of("ada", "red").with("ingest");
  private static final String PATH = "/routing/decisions";
  private static final String COPY = "copy routing_decision (" + IngestRows.COLUMNS + ") FROM ";

  private final Path dir;
  private final Cluster cluster;
  private final NodeProcess node;
  private final String database;
  private long stored;

  private IngestBench(Path dir, Cluster cluster, String database) {
    this.dir = dir;
    this.cluster = cluster;
    this.node = cluster.node(0);
    this.database = database;
  }

  public static void main(String[] arguments) throws Exception {
    long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 300_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    long megabytes = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-ingest");
    try (DedicatedServices servers = Services.durable(dir.resolve("servers"))) {
      var db = servers.freshDatabase();
      try (var cluster = Cluster.start(db, 1)) {
        var bench = new IngestBench(dir, cluster, db.postgresUri());
        bench.compare(rows, rounds);
        if (megabytes > 0) bench.stream(megabytes << 20);
      }
    } finally {
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void compare(long rows, int rounds) throws Exception {
    System.out.printf("%,d rows a round, COPY by %s%n", rows, psql() ? "psql" : "the driver");
    System.out.printf(
        "%4s %14s %14s %7s %8s%n", "turn", "NDJSON rows/s", "COPY rows/s", "share", "lag s");
    List<Double> shares = new ArrayList<>();
    List<Double> lags = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      String copied = "c" + round;
      String posted = "p" + round;
      Path csv = dir.resolve("rows.csv");
      Path ndjson = dir.resolve("rows.ndjson");
      IngestRows.write(csv, rows, row -> IngestRows.csv(copied, row));
      IngestRows.write(ndjson, rows, row -> IngestRows.json(posted, row));
      double copy = rows / copy(csv);
      stored += rows;
      awaitNumbers();
      long start = System.nanoTime();
      try (var post = new IngestPost(node.http(), PATH, SENDER.token(), Files.size(ndjson))) {
        post.send(ndjson);
        accepted(post.answer(), rows);
      }
      double ndjsonRate = rows / seconds(start);
      stored += rows;
      double lag = awaitNumbers();
      boolean isWarmUp = round == 0;
      if (!isWarmUp) {
        shares.add(ndjsonRate / copy);
        lags.add(lag);
      }
      System.out.printf(
          "%4s %,14.0f %,14.0f %6.0f%% %8.2f%n",
          isWarmUp ? "warm" : round, ndjsonRate, copy, 100 * ndjsonRate / copy, lag);
    }
    System.out.printf(
        "medians: %.0f%% of COPY, lag %.2f s%n", 100 * Bench.median(shares), Bench.median(lags));
  }

  /** Seconds. */
  private double copy(Path csv) throws Exception {
    long start = System.nanoTime();
    if (psql()) {
      var psql =
          new ProcessBuilder(
                  "psql",
                  "-q",
                  "-v",
                  "ON_ERROR_STOP=1",
                  "-c",
                  "\\" + COPY + "'" + csv + "' WITH (FORMAT csv)",
                  database)
              .inheritIO()
              .start();
      if (psql.waitFor() != 0) throw new IllegalStateException("psql failed");
    } else {
      try (var connection = new Sql(database).connect();
          var in = Files.newInputStream(csv)) {
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(COPY + "STDIN WITH (FORMAT csv)", in, 64 << 10);
      }
    }
    return seconds(start);
  }

  private static boolean psql() {
    for (String path : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(path, "psql"))) return true;
    }
    return false;
  }

  /** Sends one body: the same lines repeatedly, without event ids. */
  private void stream(long bytes) throws Exception {
    var lines = new StringBuilder();
    int perBlock = 5000;
    for (int row = 0; row < perBlock; row++) {
      lines.append(IngestRows.json("x", row).replaceFirst("\"event_id\":[^,]*,", "")).append('\n');
    }
    var block = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
    long blocks = bytes / block.remaining();
    long rows = blocks * perBlock;
    System.out.printf(
        "one body of %,d MB, %,d rows%n%10s %10s %12s %12s%n",
        blocks * block.remaining() >> 20, rows, "sent", "seconds", "rows/s", "resident MB");
    long start = System.nanoTime();
    try (var post = new IngestPost(node.http(), PATH, SENDER.token(), blocks * block.remaining())) {
      for (int part = 0; part < 10; part++) {
        long partStart = System.nanoTime();
        List<Double> resident = new ArrayList<>();
        long from = blocks * part / 10;
        long to = blocks * (part + 1) / 10;
        for (long i = from; i < to; i++) {
          post.send(block.duplicate());
          resident.add(resident());
        }
        System.out.printf(
            "%9d%% %10.1f %,12.0f %5.0f, most %.0f%n",
            10 * (part + 1),
            seconds(start),
            (to - from) * perBlock / seconds(partStart),
            Bench.median(resident),
            resident.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
      }
      accepted(post.answer(), rows);
    }
    System.out.printf("%,.0f rows/s", rows / seconds(start));
    stored += rows;
    System.out.printf(", lag %.2f s%n", awaitNumbers());
  }

  /** Seconds until the snapshot includes all stored facts. */
  private double awaitNumbers() throws Exception {
    long start = System.nanoTime();
    while (true) {
      var numbers = Json.MAPPER.readTree(cluster.get(node, "/routing/metrics", null).body());
      if (numbers.path("total_decisions").asLong() == stored) return seconds(start);
      if (seconds(start) > 120) throw new IllegalStateException(stored + " expected: " + numbers);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private double resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + node.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    }
    throw new IOException("no VmRSS");
  }

  private static void accepted(String answer, long rows) {
    if (!answer.contains("\"accepted\":" + rows + ",")) throw new IllegalStateException(answer);
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
