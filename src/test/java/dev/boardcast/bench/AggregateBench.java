package dev.boardcast.bench;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures, for each aggregate of a board file, how the time from the commit of 1000 facts to the
 * snapshot depends on the number of stored facts, and how long the first page of the metric's facts
 * takes. Two databases, of few and many facts, take turns. Amounts are all different, and there is
 * a customer for each five facts: an aggregate that reads all values costs more with more facts.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.AggregateBench 10000000 21"
 * }</pre>
 *
 * Arguments: most facts (1000000), rounds (21), aggregates (all of them). Ten million facts take 4
 * GB of disk, and about a minute per aggregate to be computed first.
 */
public final class AggregateBench {
  private static final long FEW = 10_000;
  private static final int WARM_UP = 8;
  // Boards of files are folded at most once a second.
  private static final Duration BETWEEN_FOLDS = Duration.ofMillis(1100);
  private static final String FILE =
      """
      version: 2
      name: sales
      title: Sales
      facts: {site: text, customer: text, amount: decimal, seconds: decimal, at: time}
      time: at
      dimensions: [site]
      metrics:
      """;
  private static final String COLUMNS = "site, customer, amount, seconds, at";
  private static final String VALUES =
      "'s' || g %% 500, 'c' || g / 5, (g::bigint * 48271 %% 2147483647) / 100.0,"
          + " (g::bigint * 31 %% 9001) / 1000.0";
  private static final List<String> LOAD =
      List.of(
          "INSERT INTO sales_fact (event_id, "
              + COLUMNS
              + ", tx) SELECT 'e' || g, "
              + VALUES
              + ", at_of(g), tx_of(g) FROM generate_series(%1$d, %2$d) g");
  private static final String INSERT =
      "INSERT INTO sales_fact (event_id, "
          + COLUMNS
          + ") SELECT 'f%1$d-' || g, "
          + VALUES
          + ", now() FROM generate_series(%2$d, %2$d + 999) g";
  // Beyond the facts that are loaded, so that these bring other values.
  private static final long FIRST_NEW = 2_000_000_000L;

  /** The metrics of each board, by the name of the aggregate; the one called m has the facts. */
  private static final Map<String, String> AGGREGATES = new LinkedHashMap<>();

  static {
    AGGREGATES.put("count", "  m: {count: all, label: M}\n");
    AGGREGATES.put("sum", "  m: {sum: amount, label: M}\n");
    AGGREGATES.put("avg", "  m: {avg: amount, label: M}\n");
    AGGREGATES.put("min", "  m: {min: amount, label: M}\n");
    AGGREGATES.put("max", "  m: {max: amount, label: M}\n");
    AGGREGATES.put("distinct", "  m: {distinct: customer, label: M}\n");
    AGGREGATES.put(
        "distinct, approximate", "  m: {distinct: customer, approximate: true, label: M}\n");
    AGGREGATES.put("percentile", "  m: {percentile: seconds, rank: 95, label: M}\n");
    AGGREGATES.put("last", "  m: {last: amount, label: M}\n");
    AGGREGATES.put(
        "ratio",
        "  m: {count: all, where: amount > 50, label: M}\n  n: {count: all, label: N}\n"
            + "  r: {ratio: [m, n], unit: percent, label: R}\n");
    AGGREGATES.put(
        "rate", "  m: {count: all, window: 15m, label: M}\n  r: {rate: m, per: hour, label: R}\n");
    AGGREGATES.put("top 10 of 500", "  m: {sum: amount, by: site, top: 10, label: M}\n");
    AGGREGATES.put(
        "windows",
        "  m: {sum: amount, window: today, label: M}\n  w: {sum: amount, window: week, label: W}\n"
            + "  o: {sum: amount, window: month, label: O}\n  d: {sum: amount, window: 30d, label: D}\n");
  }

  private AggregateBench() {}

  public static void main(String[] arguments) throws Exception {
    long most = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 21;
    var wanted = List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
    System.out.printf("%s; %d rounds, medians%n", Bench.machine(), rounds);
    Path dir = Files.createTempDirectory("boardcast-aggregates");
    Path boards = Files.createDirectory(dir.resolve("boards"));
    try (var servers = Services.durable(dir)) {
      List<Facts> sizes = new ArrayList<>();
      for (long size : List.of(FEW, most)) {
        sizes.add(new Facts(servers.freshDatabase(), boards, size));
      }
      System.out.printf(
          "%-22s %14s %14s %7s %16s %16s%n",
          "aggregate", "few: ms", "many: ms", "ratio", "few: page ms", "many: page ms");
      for (var each : AGGREGATES.entrySet()) {
        if (!wanted.isEmpty() && !wanted.contains(each.getKey())) continue;
        Files.writeString(boards.resolve("sales.yaml"), FILE + each.getValue());
        measure(each.getKey(), sizes, rounds);
      }
      System.out.println(Bench.machine());
    } finally {
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private static void measure(String aggregate, List<Facts> sizes, int rounds) throws Exception {
    for (Facts each : sizes) each.start();
    List<List<Double>> snapshots = List.of(new ArrayList<>(), new ArrayList<>());
    List<List<Double>> pages = List.of(new ArrayList<>(), new ArrayList<>());
    for (int round = -WARM_UP; round < rounds; round++) {
      TimeUnit.NANOSECONDS.sleep(BETWEEN_FOLDS.toNanos());
      for (int i = 0; i < sizes.size(); i++) {
        double snapshot = sizes.get(i).snapshot();
        double page = sizes.get(i).page();
        if (round < 0) continue;
        snapshots.get(i).add(snapshot);
        pages.get(i).add(page);
      }
    }
    for (Facts each : sizes) each.stop();
    double few = Bench.median(snapshots.get(0));
    double many = Bench.median(snapshots.get(1));
    System.out.printf(
        "%-22s %14.1f %14.1f %7.2f %16.1f %16.1f%n",
        aggregate, few, many, many / few, Bench.median(pages.get(0)), Bench.median(pages.get(1)));
  }

  /** A database with facts, and the node that folds them while an aggregate is measured. */
  private static final class Facts {
    private final Path boards;
    private final HttpClient http = HttpClient.newHttpClient();
    private final DatabaseConfig db;
    private final Sql sql;
    private Vertx vertx;
    private Boardcast node;
    private SnapshotProbe probe;
    private int rounds;

    Facts(DatabaseConfig db, Path boards, long size) throws Exception {
      this.boards = boards;
      this.db = db;
      sql = new Sql(db.postgresUri());
      // The board makes its table; with other metrics it is computed again, from all facts.
      Files.writeString(
          boards.resolve("sales.yaml"), FILE + "  first: {count: all, label: First}\n");
      start();
      stop();
      PastFacts.load(sql, List.of("sales_fact"), LOAD, size);
    }

    /** Starts a node and waits until it has computed the board from all facts. */
    void start() throws Exception {
      vertx = Vertx.vertx();
      probe = new SnapshotProbe(vertx, "sales");
      var options =
          TestOptions.local(db)
              .set("auth", "off")
              .set("jwt-leeway", "0ms")
              .set("metrics-min-interval", "50ms");
      node = Boardcast.deploy(vertx, options, Boards.ofFiles(boards)).await(60, TimeUnit.SECONDS);
      probe.awaitFirst();
      sql.run("VACUUM (ANALYZE)");
    }

    void stop() throws Exception {
      node.close().await(30, TimeUnit.SECONDS);
      vertx.close().await(30, TimeUnit.SECONDS);
    }

    double snapshot() throws Exception {
      return probe.millis(this::insert);
    }

    private void insert() throws SQLException {
      rounds++;
      sql.run(INSERT.formatted(rounds, FIRST_NEW + rounds * 1000L));
    }

    double page() throws Exception {
      var request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://127.0.0.1:"
                          + node.httpPort()
                          + "/api/v1/boards/sales/facts?metric=m"))
              .header("Authorization", "Bearer " + Person.of("ann").with("viewer").token())
              .build();
      long start = System.nanoTime();
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) throw new IllegalStateException(response.body());
      return (System.nanoTime() - start) / 1e6;
    }
  }
}
