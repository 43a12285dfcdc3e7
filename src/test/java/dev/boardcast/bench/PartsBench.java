package dev.boardcast.bench;

import dev.boardcast.Boardcast;
import dev.boardcast.Boards;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

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
 * Arguments: values (1000), viewers (5000), seconds per phase (30). Viewers have a process of their
 * own, see {@link PartsViewers}; viewers, node and servers share the machine.
 */
public final class PartsBench {
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
  private final HttpClient http = HttpClient.newHttpClient();
  private final Process viewers;
  private final BufferedReader answers;

  private PartsBench(int values, int seconds, Boardcast node, Statements statements)
      throws IOException {
    this.values = values;
    this.seconds = seconds;
    this.node = node;
    this.statements = statements;
    viewers =
        new ProcessBuilder(
                "java",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                PartsViewers.class.getName(),
                Integer.toString(node.httpPort()),
                Integer.toString(values))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = viewers.inputReader(StandardCharsets.UTF_8);
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
      var bench = new PartsBench(values, seconds, node, statements);
      try {
        bench.measure(viewers);
      } finally {
        bench.viewers.destroy();
      }
      node.close().await(30, TimeUnit.SECONDS);
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void measure(int many) throws Exception {
    ask("connect " + values);
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
    for (int changed : new int[] {1, 10, 100, values}) phase(values, changed);
    ask("connect " + many);
    for (int changed : new int[] {1, 10, 100, values}) phase(many, changed);
  }

  private void phase(int watching, int changed) throws Exception {
    TimeUnit.SECONDS.sleep(2);
    ask("reset");
    long counted = statements.sum();
    double millis = millis();
    long start = System.nanoTime();
    for (int second = 1; second <= seconds; second++) {
      post(changed);
      long due = start + TimeUnit.SECONDS.toNanos(second);
      TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    long statementsSum = statements.sum();
    double millisSum = millis();
    String[] seen = ask("report").split(" ");
    System.out.printf(
        "%,8d %,16d %,14.1f %,12.1f %,10.0f %10.0f %10.0f %6s%n",
        watching,
        changed,
        (statementsSum - counted) / elapsed,
        (millisSum - millis) / elapsed,
        Long.parseLong(seen[0]) / elapsed,
        Double.parseDouble(seen[1]),
        Double.parseDouble(seen[2]),
        seen[3]);
  }

  /** The answer of the viewers' process to a line. */
  private String ask(String line) throws IOException {
    viewers.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    viewers.getOutputStream().flush();
    String answer = answers.readLine();
    if (answer == null) throw new IOException("the viewers' process has ended");
    return answer;
  }

  /** The time of the machine, in microseconds. */
  static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private double millis() throws Exception {
    return statements.millisByText().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** A fact of each of so many values, as one batch. */
  private void post(int changed) throws Exception {
    var batch = new StringBuilder();
    for (int site = 0; site < changed; site++) {
      batch.append("{\"site\":%d,\"amount\":12.5,\"sent\":%d}\n".formatted(site, micros()));
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
}
