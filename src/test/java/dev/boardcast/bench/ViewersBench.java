package dev.boardcast.bench;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures SQL statements per minute with one viewer, with thousands, and with one again, on three
 * nodes in JVMs of their own while boards change.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.ViewersBench 5000 60"
 * }</pre>
 *
 * Arguments: viewers (5000), seconds per phase (60). Each viewer subscribes to four boards;
 * decisions are posted ten times a second.
 */
public final class ViewersBench {
  private static final Person WRITER = Person.of("ada", "red").with("ingest");
  private static final int NODES = 3;
  private static final int CONCURRENT_CONNECTS = 100;

  private final Cluster cluster;
  private final Statements statements;
  private final WebSocketClient client;
  private final int seconds;
  private final LongAdder frames = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final List<WebSocket> viewers = new ArrayList<>();

  private ViewersBench(Cluster cluster, Statements statements, Vertx vertx, int seconds) {
    this.cluster = cluster;
    this.statements = statements;
    this.seconds = seconds;
    client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(20_000).setConnectTimeout(30_000));
  }

  public static void main(String[] arguments) throws Exception {
    int viewers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5000;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-viewers");
    var vertx = Vertx.vertx();
    ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    try (DedicatedServices servers = Services.durable(dir)) {
      var db = servers.freshDatabase();
      var statements = Statements.count(servers, db);
      try (var cluster = Cluster.start(db, NODES)) {
        var bench = new ViewersBench(cluster, statements, vertx, seconds);
        writer.scheduleAtFixedRate(bench::write, 0, 100, TimeUnit.MILLISECONDS);
        bench.measure(viewers);
        writer.shutdownNow();
      }
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private void measure(int many) throws Exception {
    System.out.printf("%8s %16s %12s %8s%n", "viewers", "statements/min", "frames/s", "lost");
    connect(1);
    // JVMs compile and caches fill.
    TimeUnit.SECONDS.sleep(20);
    double before = phase();
    connect(many);
    double with = phase();
    while (viewers.size() > 1) viewers.remove(viewers.size() - 1).close();
    TimeUnit.SECONDS.sleep(5);
    lost.reset();
    double after = phase();
    System.out.printf(
        "%d viewers cause %.3f times the statements of one%n", many, 2 * with / (before + after));
  }

  private double phase() throws Exception {
    frames.reset();
    long counted = statements.sum();
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    long more = statements.sum() - counted;
    double elapsed = (System.nanoTime() - start) / 1e9;
    double perMinute = 60 * more / elapsed;
    System.out.printf(
        "%,8d %,16.0f %,12.0f %8d%n",
        viewers.size(), perMinute, frames.sum() / elapsed, lost.sum());
    return perMinute;
  }

  private void connect(int count) throws Exception {
    List<URI> gateways = new ArrayList<>();
    for (var node : cluster.nodes()) gateways.add(cluster.gateway(node));
    while (viewers.size() < count) {
      List<Future<WebSocket>> connecting = new ArrayList<>();
      int more = Math.min(CONCURRENT_CONNECTS, count - viewers.size());
      for (int i = 0; i < more; i++) {
        connecting.add(connect(gateways.get((viewers.size() + i) % NODES)));
      }
      Future.all(connecting).await(60, TimeUnit.SECONDS);
      connecting.forEach(socket -> viewers.add(socket.result()));
    }
  }

  private Future<WebSocket> connect(URI gateway) {
    String boards = "/ws?topics=routing,platform,metrics,pipeline";
    return client
        .connect(new WebSocketConnectOptions().setAbsoluteURI(gateway + boards))
        .onSuccess(
            socket ->
                socket
                    .textMessageHandler(frame -> frames.increment())
                    .closeHandler(closed -> lost.increment()));
  }

  private void write() {
    String decision = "{\"strategy\":\"s\",\"provider\":\"p\",\"confidence\":0.9,\"cost\":0.0001}";
    try {
      cluster.post(cluster.node(0), "/routing/decisions", WRITER.token(), decision);
    } catch (IOException | InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
