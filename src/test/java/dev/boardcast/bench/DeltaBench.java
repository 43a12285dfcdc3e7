package dev.boardcast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Replays;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.WsClient;
import dev.boardcast.testing.recorded.AnalysisRecording;
import dev.boardcast.testing.recorded.PipelineRecording;
import dev.boardcast.testing.recorded.PlatformRecording;
import dev.boardcast.testing.recorded.Recording;
import dev.boardcast.testing.recorded.RoutingRecording;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the bytes of a board's update as a whole snapshot and as what has changed, on the
 * recorded real data of the boards: the last facts of each are replayed a few at a time, and each
 * time an update is awaited on two WebSockets.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.DeltaBench 10 100"
 * }</pre>
 *
 * Arguments: facts per update (10), updates per board (100). Needs the recorded data.
 */
public final class DeltaBench {
  private static final Duration PATIENCE = Duration.ofMillis(1_500);
  private static final String[] OFTEN = {
    "--metrics-min-interval", "20ms", "--metrics-heartbeat", "250ms"
  };
  private static final String SENDER = Person.of("sender").with("ingest").token();

  private final Vertx vertx;
  private final NodeProcess node;
  private final Path dir;
  private final Path clock;
  private final int facts;
  private final int updates;

  private DeltaBench(Vertx vertx, NodeProcess node, Path dir, Path clock, int facts, int updates) {
    this.vertx = vertx;
    this.node = node;
    this.dir = dir;
    this.clock = clock;
    this.facts = facts;
    this.updates = updates;
  }

  public static void main(String[] arguments) throws Exception {
    int facts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    int updates = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-delta");
    var vertx = Vertx.vertx();
    try (DedicatedServices servers = Services.dedicated(dir)) {
      Path clock = Files.createFile(dir.resolve("clock"));
      try (var cluster = Cluster.start(clock, servers.freshDatabase(), 1, OFTEN)) {
        var bench = new DeltaBench(vertx, cluster.node(0), dir, clock, facts, updates);
        Map<String, String> topics = topics(cluster);
        System.out.println("| board | updates | whole, bytes | delta, bytes | part |");
        System.out.println("|---|---|---|---|---|");
        for (Recording recording : recordings()) {
          bench.measure(recording, topics.get(recording.board()));
        }
      }
    } finally {
      vertx.close();
      Bench.delete(dir);
    }
    System.exit(0);
  }

  private static List<Recording> recordings() throws Exception {
    return List.of(
        new PlatformRecording(),
        new RoutingRecording(),
        new AnalysisRecording(),
        new PipelineRecording());
  }

  private static Map<String, String> topics(Cluster cluster) throws Exception {
    var topics = new HashMap<String, String>();
    String answer = cluster.get(cluster.node(0), "/api/v1/boards", SENDER).body();
    for (JsonNode board : Json.MAPPER.readTree(answer)) {
      topics.put(board.get("name").asText(), board.get("topic").asText());
    }
    return topics;
  }

  private void measure(Recording recording, String topic) throws Exception {
    var whole = new Updates(topic, "");
    var deltas = new Updates(topic, ",\"deltas\":true");
    List<String> before = new ArrayList<>();
    List<Recording.Stage> stages = recording.stages();
    stages.subList(0, stages.size() - 1).forEach(stage -> before.addAll(stage.facts()));
    Recording.Stage last = stages.get(stages.size() - 1);
    List<String> all = last.facts();
    int first = Math.max(0, all.size() - facts * updates);
    before.addAll(all.subList(0, first));
    Files.setLastModifiedTime(clock, FileTime.from(last.now()));
    if (!before.isEmpty()) replay(recording.board(), before);
    settle(whole, deltas);
    whole.start();
    deltas.start();
    for (int at = first; at < all.size(); at += facts) {
      replay(recording.board(), all.subList(at, Math.min(all.size(), at + facts)));
      whole.awaitNext();
    }
    settle(whole, deltas);
    System.out.printf(
        "| %s | %d | %.0f | %.0f | %.1f %% |%n",
        recording.board(),
        deltas.count,
        whole.mean(),
        deltas.mean(),
        100 * deltas.mean() / whole.mean());
    whole.client.close();
    deltas.client.close();
  }

  private void replay(String board, List<String> lines) throws Exception {
    Path file = Files.write(dir.resolve("facts.ndjson"), lines);
    Replays.inProcess(vertx, node.http(), board, file, SENDER);
  }

  /** Waits until both have the same version, and nothing new follows for a second. */
  private static void settle(Updates one, Updates other) {
    while (one.takePending() | other.takePending() || !one.offset.equals(other.offset)) {
      // Each look waits a while.
    }
  }

  /** The updates of one client. */
  private final class Updates {
    private final WsClient client;
    private String offset = "";
    private boolean counts;
    private int count;
    private long bytes;

    Updates(String topic, String options) {
      client = WsClient.connect(vertx, "ws://" + node.http().getAuthority() + "/ws?topics=");
      client.send(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"" + topic + "\"" + options + "}]}");
    }

    void start() {
      counts = true;
    }

    double mean() {
      return (double) bytes / count;
    }

    /** Takes messages up to one of another version, unless the facts have changed nothing. */
    void awaitNext() {
      String before = offset;
      long end = System.nanoTime() + PATIENCE.toNanos();
      try {
        while (offset.equals(before) && System.nanoTime() < end) take(client.nextText(PATIENCE));
      } catch (AssertionError nothingNew) {
        // Facts may be outside of the board's window.
      }
    }

    /** Takes what arrives within a second; whether there was something new. */
    boolean takePending() {
      String before = offset;
      var texts = new ArrayList<String>();
      try {
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (System.nanoTime() < end) texts.add(client.nextText(Duration.ofSeconds(1)));
      } catch (AssertionError nothingMore) {
        // Also heartbeats have ended.
      }
      texts.forEach(this::take);
      return !offset.equals(before);
    }

    private void take(String text) {
      try {
        JsonNode message = Json.MAPPER.readTree(text);
        if (!message.path("type").asText().startsWith("metrics:")) return;
        boolean isRepeated = offset.equals(message.get("offset").asText());
        offset = message.get("offset").asText();
        if (!counts || isRepeated) return;
        count++;
        bytes += text.getBytes(StandardCharsets.UTF_8).length;
      } catch (java.io.IOException notJson) {
        throw new AssertionError(text, notJson);
      }
    }
  }
}
