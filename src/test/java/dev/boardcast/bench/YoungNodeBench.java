package dev.boardcast.bench;

import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long clients wait that come to a node which has just started, as those of a node
 * that leaves do: each resumes the streams of its user and an application stream. Beside it, the
 * same at a node that has been running.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.YoungNodeBench 300 400 3"
 * }</pre>
 *
 * Arguments: sessions (300), milliseconds within which they come (400), rounds (3).
 */
public final class YoungNodeBench {
  private static final int LIMIT_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient client;
  private final int sessions;
  private final int spread;

  private YoungNodeBench(int sessions, int spread) {
    this.sessions = sessions;
    this.spread = spread;
    client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(sessions));
  }

  /** Milliseconds from the start of the connection to its ack, and to the last answer. */
  private record Wait(double ack, double answered) {
    private static final Wait REFUSED = new Wait(-1, -1);
  }

  public static void main(String[] arguments) throws Exception {
    int sessions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    int spread = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 400;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    var bench = new YoungNodeBench(sessions, spread);
    System.out.println(Bench.machine());
    System.out.println(
        "milliseconds to             ack p50   p99   max  answer p50   p99   max  refused");
    try (Cluster cluster = Cluster.start(Services.get().freshDatabase(), 2)) {
      Person press = Person.of("press").with("publish");
      cluster.post(
          cluster.node(0),
          "/api/v1/streams/agents/events",
          press.token(),
          "{\"type\":\"tick\",\"data\":{}}");
      for (int i = 0; i < 3; i++) bench.measure(cluster, cluster.node(0), "running node");
      for (int round = 0; round < rounds; round++) {
        NodeProcess young;
        if (round == 0) {
          young = cluster.add();
        } else {
          cluster.nodes().get(2).kill();
          young = cluster.restart(cluster.nodes().get(2));
        }
        bench.measure(cluster, young, "node just started");
        bench.measure(cluster, young, "the same once more");
      }
    }
    System.exit(0);
  }

  private void measure(Cluster cluster, NodeProcess node, String what) throws Exception {
    URI gateway = cluster.gateway(node);
    List<Future<Wait>> waits = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      Promise<Wait> wait = Promise.promise();
      waits.add(wait.future());
      String path = "/ws?topics=tasks,agents&token=" + Person.of("u" + i, "red").token();
      vertx.setTimer(1 + (long) spread * i / sessions, due -> open(gateway + path, wait));
    }
    List<Wait> all =
        Future.all(waits)
            .<List<Wait>>map(done -> done.list())
            .toCompletionStage()
            .toCompletableFuture()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    List<Wait> taken = all.stream().filter(each -> each != Wait.REFUSED).toList();
    double[] acks = taken.stream().mapToDouble(Wait::ack).sorted().toArray();
    double[] answers = taken.stream().mapToDouble(Wait::answered).sorted().toArray();
    System.out.printf(
        "%-26s %8.1f %5.1f %5.1f %11.1f %5.1f %5.1f %8d%n",
        what,
        at(acks, 50),
        at(acks, 99),
        at(acks, 100),
        at(answers, 50),
        at(answers, 99),
        at(answers, 100),
        all.size() - taken.size());
  }

  private void open(String uri, Promise<Wait> wait) {
    long start = System.nanoTime();
    double[] ack = new double[1];
    int[] answers = new int[1];
    var socket = client.webSocket();
    socket.textMessageHandler(
        text -> {
          double millis = (System.nanoTime() - start) / 1e6;
          if (text.contains("\"connection_ack\"")) ack[0] = millis;
          if (text.contains("\"subscribed\"") && ++answers[0] == 2) {
            wait.tryComplete(new Wait(ack[0], millis));
            socket.close();
          }
        });
    socket
        .connect(new WebSocketConnectOptions().setAbsoluteURI(uri))
        .onFailure(refused -> wait.tryComplete(Wait.REFUSED));
  }

  private static double at(double[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}
