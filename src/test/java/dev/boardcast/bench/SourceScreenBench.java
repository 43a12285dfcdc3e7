package dev.boardcast.bench;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.Main;
import dev.boardcast.testing.Browser;
import dev.boardcast.testing.Page;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Measures a board over a table that an application writes: how long a million rows take to be a
 * live board in Chromium, how long a change takes from its commit to the screen, and what writers
 * at a fixed rate lose to the triggers, against an equal table without them. No rows are counted
 * meanwhile.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.SourceScreenBench 1000000 200 1000 10"
 * }</pre>
 *
 * Arguments: rows (1000000), changes that are followed to the screen (200), writes a second (1000),
 * seconds of writing (10). Commits wait for the disk; everything shares the machine's cores.
 */
public final class SourceScreenBench {
  private static final String FILE =
      """
      version: 2
      name: shop
      title: Shop
      source: {table: orders}
      dimensions: [region]
      time: at
      metrics:
        changes: {max: total, label: Greatest total}
        revenue: {sum: total, window: month, label: Revenue}
        orders: {count: all, label: Orders}
        by_region: {sum: total, by: region, top: 10, label: By region}
      """;
  private static final String SHOWN =
      "[...document.querySelectorAll('metric-tile')].map((each) => each.textContent)"
          + ".some((text) => text.replace(/\\D/g, '').includes('%d'))";

  private final DatabaseConfig db;
  private final Path directory;

  private SourceScreenBench(DatabaseConfig db, Path directory) {
    this.db = db;
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int changes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    int rate = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1000;
    int seconds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 10;
    System.out.println(Bench.machine());
    Path directory = Files.createTempDirectory("boardcast-screen");
    var vertx = Vertx.vertx();
    int code = 1;
    try (var servers = Services.durable(directory);
        var browser = Browser.start()) {
      var bench = new SourceScreenBench(servers.freshDatabase(), directory);
      try (var connection = bench.connect()) {
        bench.create(connection, "public.orders", rows);
        bench.create(connection, "public.plain", rows);
        var source = new PacedWrites(bench::connect, "public.orders", rows, rate);
        var plain = new PacedWrites(bench::connect, "public.plain", rows, rate);
        plain.run(seconds); // Caches fill.
        System.out.printf(Locale.ROOT, "without a node: %s%n", plain.run(seconds));
        Boardcast node = bench.live(vertx, browser, connection, changes);
        for (int round = 0; round < 3; round++) {
          System.out.printf(Locale.ROOT, "the table of the board: %s%n", source.run(seconds));
          System.out.printf(Locale.ROOT, "a table without triggers: %s%n", plain.run(seconds));
        }
        node.close().await(30, TimeUnit.SECONDS);
      }
      code = 0;
    } finally {
      vertx.close();
      System.out.println(Bench.machine());
      if (code != 0) Runtime.getRuntime().exit(code);
    }
    Bench.delete(directory);
    System.exit(0);
  }

  /** From the table to the first value in the browser, then from each commit to the screen. */
  private Boardcast live(Vertx vertx, Browser browser, Connection connection, int changes)
      throws Exception {
    long start = System.nanoTime();
    Path boards = Files.createDirectory(directory.resolve("boards"));
    Path file = Files.writeString(boards.resolve("shop.yaml"), FILE);
    Path pg = Files.writeString(directory.resolve("pg"), db.postgresUri());
    int code =
        Main.commandLine(Clock.systemUTC())
            .execute("source", "install", "--pg-file", pg.toString(), "--board", file.toString());
    if (code != 0) throw new IllegalStateException("source install ended with " + code);
    double installed = seconds(start);
    var options = TestOptions.local(db).set("auth", "off").set("source-recount", "0ms");
    var node = Boardcast.deploy(vertx, options, Boards.ofFiles(boards)).await(5, TimeUnit.MINUTES);
    Page page = browser.page();
    page.navigate(URI.create("http://127.0.0.1:" + node.httpPort() + "/#/shop"));
    page.await(SHOWN.formatted(1_000_000), Duration.ofMinutes(5));
    System.out.printf(
        Locale.ROOT,
        "a table becomes a live board in %.1f s, of which the installation takes %.1f s%n",
        seconds(start),
        installed);
    List<Double> millis = new ArrayList<>();
    for (int i = 1; i <= changes; i++) {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1500));
      long value = 1_000_000L + i;
      run(connection, "UPDATE public.orders SET total = " + value + " WHERE id = " + i);
      long committed = System.nanoTime();
      page.eval(
          "new Promise((done) => { const look = () => "
              + SHOWN.formatted(value)
              + " ? requestAnimationFrame(() => done(1)) : requestAnimationFrame(look); look(); })");
      millis.add(seconds(committed) * 1000);
    }
    millis.sort(null);
    System.out.printf(
        Locale.ROOT,
        "commit to screen, %d changes: p50 %.0f ms, p99 %.0f ms, longest %.0f ms%n",
        changes,
        millis.get(changes / 2),
        millis.get(changes * 99 / 100),
        millis.get(changes - 1));
    page.close();
    return node;
  }

  private Connection connect() throws SQLException {
    return new Sql(db.postgresUri()).connect();
  }

  private void create(Connection connection, String table, int rows) throws SQLException {
    run(
        connection,
        "CREATE TABLE "
            + table
            + " (id int PRIMARY KEY, region text, total numeric,"
            + " at timestamptz NOT NULL, note text)");
    run(
        connection,
        "INSERT INTO "
            + table
            + " SELECT g, 'r' || g % 50,"
            + " CASE g WHEN 1 THEN 1000000 ELSE g % 1000 END, now() - g * interval '1 s', repeat('x', 100) FROM generate_series(1, "
            + rows
            + ") AS g");
    run(connection, "VACUUM ANALYZE " + table);
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
