package dev.boardcast.bench;

import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Nginx;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.PollCrowd;
import dev.boardcast.testing.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what pollers behind a caching nginx cost a node: pollers of ten public boards and of one
 * public stream, over kept connections from eight loopback addresses, through {@code
 * nginx-cache.conf}. Meanwhile a fact that changes seven of the boards and an event are published
 * 10 times a second. Each poller asks for the stream and for its board in turn, two seconds after
 * the answer before; the run ends when each has seen every event, once and in order, or fails.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.CacheBench 20000 4000 30"
 * }</pre>
 *
 * Arguments: pollers (20000), connections (4000), seconds in which is published (30). Needs nginx
 * on the path, and as many open files as twice the connections. Everything shares the machine's
 * cores.
 */
public final class CacheBench {
  private static final Path CONFIG = Path.of("src/main/docker/nginx-cache.conf");
  private static final String STREAM = "/api/v1/streams/news/events";
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int PER_SECOND = 10;
  private static final String WRITER = Person.of("ada", "red").with("ingest", "publish").token();
  private static final String FILE_BOARD =
      """
      name: counted%1$d
      title: Counted %1$d
      triggers: {facts: [routing_decision]}
      numbers: SELECT count(*) AS n FROM routing_decision
      metrics:
        n: {label: N, unit: count, kind: gauge}
      """;

  private CacheBench() {}

  public static void main(String[] arguments) throws Exception {
    int pollers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
    int connections = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4_000;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 30;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-cache");
    try (DedicatedServices servers = Services.dedicated(Files.createDirectory(dir.resolve("db")))) {
      List<String> boards = boards(dir);
      try (var cluster =
              Cluster.start(
                  servers.freshDatabase(), 1, "--boards-dir", dir.resolve("boards").toString());
          var nginx =
              Nginx.start(
                  CONFIG,
                  Files.createDirectory(dir.resolve("nginx")),
                  cluster.node(0).http(),
                  cluster.node(0).http())) {
        measure(cluster, nginx, boards, pollers, connections, seconds);
      }
    } finally {
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private static List<String> boards(Path dir) throws Exception {
    Path files = Files.createDirectory(dir.resolve("boards"));
    var boards = new ArrayList<String>();
    for (String name : List.of("routing", "pipeline", "platform", "analysis")) {
      boards.add("/api/v1/boards/" + name);
    }
    for (int i = 0; i < 6; i++) {
      Files.writeString(files.resolve("counted" + i + ".yaml"), FILE_BOARD.formatted(i));
      boards.add("/api/v1/boards/counted" + i);
    }
    return boards;
  }

  private static void measure(
      Cluster cluster, Nginx nginx, List<String> boards, int pollers, int connections, int seconds)
      throws Exception {
    NodeProcess node = cluster.node(0);
    for (String board : boards) {
      while (cluster.get(node, board, null).statusCode() != 200) TimeUnit.MILLISECONDS.sleep(100);
    }
    String start =
        Json.MAPPER
            .readTree(cluster.get(node, STREAM + "?before=end&limit=1", null).body())
            .get("next")
            .asText();
    int events = seconds * PER_SECOND;
    var published = new AtomicInteger();
    var publisher = Executors.newSingleThreadScheduledExecutor();
    try (var crowd =
        new PollCrowd(nginx.uri(""), boards, STREAM, start, pollers, connections, INTERVAL)) {
      crowd.expect(events);
      Duration nodeCpu = cpu(node.pid());
      long began = System.nanoTime();
      publisher.scheduleAtFixedRate(
          () -> publish(cluster, node, published, events),
          0,
          1000 / PER_SECOND,
          TimeUnit.MILLISECONDS);
      crowd.run(LIMIT);
      double took = (System.nanoTime() - began) / 1e9;
      int sent = nginx.sent().size();
      long ofBoards = nginx.sent().stream().filter(line -> line.contains("/boards/")).count();
      System.out.printf(
          Locale.ROOT,
          "%,d pollers, %,d connections, %.0f s: %,.0f answers/s, %.0f %% of them 304;"
              + " %d of %,d pollers saw all %d events once and in order%n",
          pollers,
          connections,
          took,
          crowd.requests() / took,
          100.0 * crowd.unchanged() / crowd.requests(),
          crowd.complete(),
          pollers,
          events);
      System.out.printf(
          Locale.ROOT,
          "the node: %.1f requests/s, %.1f for boards and %.1f for the stream; CPU %.0f %% with"
              + " %d writes/s; oldest copy of a board %.1f s by its date%n",
          sent / took,
          ofBoards / took,
          (sent - ofBoards) / took,
          100 * cpu(node.pid()).minus(nodeCpu).toMillis() / (1000 * took),
          2 * PER_SECOND,
          crowd.oldestMillis() / 1000.0);
    } finally {
      publisher.shutdownNow();
    }
  }

  private static void publish(
      Cluster cluster, NodeProcess node, AtomicInteger published, int events) {
    if (published.get() == events) return;
    String event = "{\"type\":\"t\",\"data\":{\"n\":%d}}".formatted(published.get());
    String fact = "{\"strategy\":\"s\",\"provider\":\"p\",\"confidence\":0.9,\"cost\":0.0001}";
    try {
      int status = cluster.post(node, STREAM, WRITER, event).statusCode();
      if (status != 201) throw new IllegalStateException("publishing got " + status);
      cluster.post(node, "/routing/decisions", WRITER, fact);
    } catch (Exception failed) {
      failed.printStackTrace();
      throw new IllegalStateException(failed);
    }
    published.incrementAndGet();
  }

  private static Duration cpu(long pid) {
    return ProcessHandle.of(pid).flatMap(p -> p.info().totalCpuDuration()).orElseThrow();
  }
}
