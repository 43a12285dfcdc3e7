package dev.boardcast.bench;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the SQL statements of nodes that nobody writes to, grouped by their text, first without
 * sessions and then with sessions of as many users. Nodes run in JVMs of their own.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.IdleStatementsBench 3 5000 300"
 * }</pre>
 *
 * Arguments: nodes (3), sessions (0), seconds per phase (60). Each session subscribes to {@code
 * tasks}, which depends on the teams of its user, and to a board.
 */
public final class IdleStatementsBench {
  private static final int CONCURRENT_CONNECTS = 50;
  private static final int SETTLE_SECONDS = 20;
  private static final int SHOWN = 110;
  private static final Duration TOKEN = Duration.ofHours(6);

  private final Cluster cluster;
  private final Statements statements;
  private final WebSocketClient client;
  private final int seconds;
  private final Vertx vertx;
  private final LongAdder lost = new LongAdder();
  private final List<WebSocket> sessions = new ArrayList<>();

  private IdleStatementsBench(Cluster cluster, Statements statements, Vertx vertx, int seconds) {
    this.cluster = cluster;
    this.statements = statements;
    this.seconds = seconds;
    this.vertx = vertx;
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(50_000).setConnectTimeout(30_000));
  }

  public static void main(String[] arguments) throws Exception {
    int nodes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    int many = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 60;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-idle");
    var vertx = Vertx.vertx();
    try (DedicatedServices servers = Services.durable(dir)) {
      var db = servers.freshDatabase();
      var statements = Statements.count(servers, db);
      try (var cluster = Cluster.start(db, nodes)) {
        var bench = new IdleStatementsBench(cluster, statements, vertx, seconds);
        bench.measure();
        if (many > 0) {
          bench.connect(many);
          bench.measure();
        }
      }
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void measure() throws Exception {
    // What a start or an arrival causes is not idle.
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    lost.reset();
    Map<String, Long> before = statements.byText();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    Map<String, Long> calls = new HashMap<>(statements.byText());
    double elapsed = (System.nanoTime() - start) / 1e9;
    before.forEach((text, count) -> calls.merge(text, -count, Long::sum));
    print(calls, elapsed);
  }

  private void print(Map<String, Long> calls, double elapsed) {
    long sum = calls.values().stream().mapToLong(Long::longValue).sum();
    System.out.printf(
        "%n%d nodes, %,d sessions, %d lost: %.1f statements/s over %.0f s%n",
        cluster.nodes().size(), sessions.size(), lost.sum(), sum / elapsed, elapsed);
    System.out.printf("%8s %7s  %s%n", "per s", "share", "statement");
    calls.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(
            entry ->
                System.out.printf(
                    "%8.2f %6.1f%%  %s%n",
                    entry.getValue() / elapsed,
                    100.0 * entry.getValue() / sum,
                    entry.getKey().substring(0, Math.min(SHOWN, entry.getKey().length()))));
  }

  private void connect(int count) throws Exception {
    List<URI> gateways = new ArrayList<>();
    for (var node : cluster.nodes()) gateways.add(cluster.gateway(node));
    while (sessions.size() < count) {
      List<Future<WebSocket>> connecting = new ArrayList<>();
      int more = Math.min(CONCURRENT_CONNECTS, count - sessions.size());
      for (int i = 0; i < more; i++) {
        int number = sessions.size() + i;
        connecting.add(connect(gateways.get(number % gateways.size()), number));
      }
      Future.all(connecting).await(60, TimeUnit.SECONDS);
      connecting.forEach(socket -> sessions.add(socket.result()));
    }
  }

  /** Tries again for as long as the node refuses, because it cannot answer more at once. */
  private Future<WebSocket> connect(URI gateway, int number) {
    return open(gateway, number)
        .recover(
            failure ->
                failure instanceof UpgradeRejectedException refused && refused.getStatus() == 503
                    ? vertx.timer(500, TimeUnit.MILLISECONDS).compose(w -> connect(gateway, number))
                    : Future.failedFuture(failure));
  }

  private Future<WebSocket> open(URI gateway, int number) {
    String token = Person.of("user" + number, "team" + number % 100).token(TOKEN);
    return client
        .connect(
            new WebSocketConnectOptions()
                .setAbsoluteURI(gateway + "/ws?topics=tasks,routing&token=" + token))
        .onSuccess(
            socket ->
                socket.textMessageHandler(frame -> {}).closeHandler(closed -> lost.increment()));
  }
}
