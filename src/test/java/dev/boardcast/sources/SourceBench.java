package dev.boardcast.sources;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import dev.boardcast.testing.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Measures what a source costs: the first count of a table, transactions of one row by four writers
 * with and without triggers, in turns, one update of all rows, and moving its changes to another
 * database. Commits wait for the disk.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.sources.SourceBench 1000000 3 10"
 * }</pre>
 *
 * Arguments: rows (1000000), rounds (3), seconds of each measurement of writers (10). Everything
 * shares the machine's cores.
 */
public final class SourceBench {
  private static final int WRITERS = 4;
  private static final SourceName OWN = SourceName.parse(Optional.empty(), "orders");
  private static final SourceName OTHER = SourceName.parse(Optional.of("shop"), "orders");
  private static final List<String> COLUMNS = List.of("region", "total", "at");

  private final DatabaseConfig db;
  private final DatabaseConfig shop;
  private final int rows;

  private SourceBench(DatabaseConfig db, DatabaseConfig shop, int rows) {
    this.db = db;
    this.shop = shop;
    this.rows = rows;
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
    var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    System.out.printf(
        Locale.ROOT,
        "%d cores, load %.1f%n",
        system.getAvailableProcessors(),
        system.getSystemLoadAverage());
    Path dir = Files.createTempDirectory("boardcast-source");
    try (var servers = Services.durable(dir)) {
      var bench = new SourceBench(servers.freshDatabase(), servers.freshDatabase(), rows);
      bench.own(rounds, seconds);
      bench.other();
    } finally {
      try (var files = Files.walk(dir)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
      }
    }
    System.exit(0);
  }

  private void own(int rounds, int seconds) throws Exception {
    try (var local = JdbcSession.open(db, "bench")) {
      create(local);
      double plain = seconds(() -> run(local, "UPDATE public.orders SET total = total + 1"));
      run(local, "VACUUM ANALYZE public.orders");
      var installer = new SourceInstaller(local, local, 30);
      double installed =
          seconds(() -> installer.install(installer.plan(OWN, COLUMNS, "unused", false)));
      double counted = seconds(() -> new OwnSync(local, SyncProgress.NONE).run(OWN, false));
      print("own database: triggers", installed, "first count", counted);
      List<Double> shares = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        double with = writes(seconds);
        run(local, "ALTER TABLE public.orders DISABLE TRIGGER USER");
        double without = writes(seconds);
        for (String event : SourceObjects.EVENTS) {
          run(local, "ALTER TABLE public.orders ENABLE ALWAYS TRIGGER boardcast_" + event);
        }
        shares.add(with / without);
        System.out.printf(
            Locale.ROOT,
            "%d writers, one row a transaction: %.0f/s with, %.0f/s without, %.2f%n",
            WRITERS,
            with,
            without,
            with / without);
      }
      System.out.printf(
          Locale.ROOT, "median share %.2f%n", shares.stream().sorted().toList().get(rounds / 2));
      double recounted = seconds(() -> new OwnSync(local, SyncProgress.NONE).run(OWN, true));
      double updated = seconds(() -> run(local, "UPDATE public.orders SET total = total + 1"));
      print("count with facts", recounted, "UPDATE of all rows", updated);
      print("UPDATE without triggers", plain, "drift " + drift(local), 0);
    }
  }

  private static long drift(Connection local) throws SQLException {
    return new OwnSync(local, SyncProgress.NONE).run(OWN, true).corrected();
  }

  private void other() throws Exception {
    try (var local = JdbcSession.open(db, "bench");
        var remote = JdbcSession.open(shop, "bench")) {
      create(remote);
      var installer = new SourceInstaller(local, remote, 30);
      double installed =
          seconds(
              () -> installer.install(installer.plan(OTHER, COLUMNS, "boardcast_source", false)));
      double counted =
          seconds(() -> new RemoteSync(local, remote, SyncProgress.NONE).run(OTHER, false));
      print("another database: triggers", installed, "first count", counted);
      run(remote, "UPDATE public.orders SET total = total + 1");
      double moved =
          seconds(() -> new RemoteSync(local, remote, SyncProgress.NONE).run(OTHER, false));
      List<Double> one = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        run(remote, "UPDATE public.orders SET total = total + 1 WHERE id = " + (i + 1));
        one.add(seconds(() -> new RemoteSync(local, remote, SyncProgress.NONE).run(OTHER, false)));
      }
      one.sort(null);
      print("changes of an UPDATE of all rows moved", moved, "one change moved, p99", one.get(98));
    }
  }

  private void create(Connection connection) throws SQLException {
    run(
        connection,
        "CREATE TABLE public.orders (id int PRIMARY KEY, region text, total numeric, at timestamptz,"
            + " note text)");
    run(
        connection,
        "INSERT INTO public.orders SELECT g, 'r' || g % 50, g % 1000, now() - g * interval '1 s',"
            + " repeat('x', 100) FROM generate_series(1, %d) AS g".formatted(rows));
  }

  /** Transactions per second of four writers. */
  private double writes(int seconds) throws Exception {
    var threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<Integer>> writers = new ArrayList<>();
      long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      for (int i = 0; i < WRITERS; i++) writers.add(threads.submit(writer(i, endNanos)));
      double sum = 0;
      for (var writer : writers) sum += writer.get();
      return sum / seconds;
    } finally {
      threads.shutdown();
    }
  }

  private Callable<Integer> writer(int number, long endNanos) {
    return () -> {
      int written = 0;
      try (var own = JdbcSession.open(db, "writer");
          var update =
              own.prepareStatement("UPDATE public.orders SET total = total + 1 WHERE id = ?")) {
        while (System.nanoTime() < endNanos) {
          update.setInt(
              1, 1 + number + WRITERS * Math.floorMod(written * 7919, rows / WRITERS - 1));
          update.executeUpdate();
          written++;
        }
      }
      return written;
    };
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long startNanos = System.nanoTime();
    work.run();
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static void print(String one, double oneSeconds, String other, double otherSeconds) {
    System.out.printf(Locale.ROOT, "%s %.3f s, %s %.3f s%n", one, oneSeconds, other, otherSeconds);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
