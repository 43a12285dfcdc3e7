package dev.boardcast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Measures the time from the response of a POST to its frame on another node: three nodes in JVMs
 * of their own with one durable PostgreSQL and one Redis, writes at a fixed rate to the first node,
 * clients on all.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.DeliveryBench 200 30"
 * }</pre>
 *
 * Arguments: writes per second (200), measured seconds (30). A frame that comes before the response
 * counts as zero. Everything, this program too, shares the machine's cores.
 */
public final class DeliveryBench {
  private static final int WARM_UP_SECONDS = 15;
  private static final int CLIENTS_PER_NODE = 20;
  private static final int MOST_IN_FLIGHT = 100;
  private static final Person ADA = Person.of("ada", "red");

  private final Map<String, Long> answered = new ConcurrentHashMap<>();
  private final Map<String, List<Long>> early = new ConcurrentHashMap<>();
  private final ConcurrentHistogram delivery = new ConcurrentHistogram(60_000_000L, 3);
  private final ConcurrentHistogram writing = new ConcurrentHistogram(60_000_000L, 3);

  private DeliveryBench() {}

  public static void main(String[] arguments) throws Exception {
    int rate = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
    var vertx = Vertx.vertx();
    try (var servers = Services.durable(Files.createTempDirectory("boardcast-bench"));
        var cluster = Cluster.start(servers.freshDatabase(), 3)) {
      var bench = new DeliveryBench();
      bench.connect(vertx, cluster);
      bench.write(cluster.node(0).http(), rate, WARM_UP_SECONDS);
      bench.reset();
      bench.write(cluster.node(0).http(), rate, seconds);
      bench.report(rate, seconds);
    } finally {
      vertx.close();
    }
    System.exit(0);
  }

  private void connect(Vertx vertx, Cluster cluster) throws Exception {
    var client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(1000));
    var connected = new CountDownLatch(3 * CLIENTS_PER_NODE);
    for (int node = 0; node < 3; node++) {
      URI gateway = cluster.gateway(cluster.node(node));
      boolean another = node > 0;
      for (int i = 0; i < CLIENTS_PER_NODE; i++) {
        boolean measures = another && i == 0;
        client
            .connect(
                new io.vertx.core.http.WebSocketConnectOptions()
                    .setAbsoluteURI(gateway + "/ws?topics=tasks&token=" + ADA.token()))
            .onSuccess(
                socket -> {
                  // All clients read: one that does not is closed as too slow.
                  socket.textMessageHandler(frame -> {});
                  if (measures)
                    socket.textMessageHandler(frame -> received(frame, System.nanoTime()));
                  connected.countDown();
                });
      }
    }
    if (!connected.await(30, TimeUnit.SECONDS)) throw new IllegalStateException("not connected");
  }

  private void write(URI node, int rate, int seconds) throws InterruptedException {
    var http = HttpClient.newHttpClient();
    var inFlight = new Semaphore(MOST_IN_FLIGHT);
    long step = TimeUnit.SECONDS.toNanos(1) / rate;
    long due = System.nanoTime();
    for (int i = 0; i < rate * seconds; i++, due += step) {
      while (System.nanoTime() < due) LockSupport.parkNanos(due - System.nanoTime());
      inFlight.acquire();
      long sent = System.nanoTime();
      var request =
          HttpRequest.newBuilder(node.resolve("/api/v1/tasks"))
              .header("Authorization", "Bearer " + ADA.token())
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"title\":\"measured\",\"team_id\":\"red\"}"))
              .build();
      http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
          .thenAccept(answer -> answered(answer, sent, System.nanoTime()))
          .whenComplete((done, failure) -> inFlight.release());
    }
    inFlight.acquire(MOST_IN_FLIGHT);
  }

  private synchronized void answered(HttpResponse<String> answer, long sent, long now) {
    if (answer.statusCode() != 201) throw new IllegalStateException(answer.body());
    writing.recordValue((now - sent) / 1000);
    String id = read(answer.body()).get("id").asText();
    answered.put(id, now);
    List<Long> overtook = early.remove(id);
    if (overtook != null)
      overtook.forEach(at -> delivery.recordValue(Math.max(0, at - now) / 1000));
  }

  private synchronized void received(String frame, long now) {
    JsonNode message = read(frame);
    if (!message.path("type").asText().equals("task_created")) return;
    String id = message.get("data").get("task_id").asText();
    Long at = answered.get(id);
    if (at != null) {
      delivery.recordValue(Math.max(0, now - at) / 1000);
      return;
    }
    early.computeIfAbsent(id, none -> new ArrayList<>()).add(now);
  }

  private void reset() {
    delivery.reset();
    writing.reset();
  }

  private void report(int rate, int seconds) {
    System.out.printf(
        "%d writes/s for %d s, %d clients on 3 nodes%n", rate, seconds, 3 * CLIENTS_PER_NODE);
    print("POST to its response", writing);
    print("response to frame on another node", delivery);
  }

  private static void print(String what, ConcurrentHistogram times) {
    System.out.printf(
        "%-40s n=%d  p50 %.2f ms  p99 %.2f ms  max %.2f ms%n",
        what,
        times.getTotalCount(),
        times.getValueAtPercentile(50) / 1000.0,
        times.getValueAtPercentile(99) / 1000.0,
        times.getMaxValue() / 1000.0);
  }

  private static JsonNode read(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (IOException broken) {
      throw new IllegalStateException(json, broken);
    }
  }
}
