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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the bytes of a board's update as a whole snapshot and as what has changed, each also
 * compressed, on the recorded real data of the boards: the last facts of each are replayed a few at
 * a time, and each time an update is awaited on two WebSockets. Then says which members the changes
 * consist of. The messages are written below {@code target/messages}, for {@link FormBench}.
 *
 * <pre>{@code
 * mvn -q test-compile exec:exec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.boardcast.bench.DeltaBench recorded 100"
 * }</pre>
 *
 * Arguments: facts per update, or {@code recorded} (the default): those of one recorded time, which
 * is what a board sends that refreshes every second, and one where the source has no times; updates
 * per board (100). Needs the recorded data.
 */
public final class DeltaBench {
  private static final Duration PATIENCE = Duration.ofMillis(1_500);
  private static final String[] OFTEN = {
    "--metrics-min-interval", "20ms", "--metrics-heartbeat", "250ms"
  };
  // In which the boards' facts have their time.
  private static final List<String> TIMES =
      List.of("decided_at", "sent_at", "occurred_at", "at", "finished_at", "sampled_at");
  private static final String SENDER = Person.of("sender").with("ingest").token();

  private final Vertx vertx;
  private final NodeProcess node;
  private final Path dir;
  private final Path clock;
  private final int facts;
  private final int updates;

  /**
   * @param facts per update; 0 for those of one recorded time
   */
  private DeltaBench(Vertx vertx, NodeProcess node, Path dir, Path clock, int facts, int updates) {
    this.vertx = vertx;
    this.node = node;
    this.dir = dir;
    this.clock = clock;
    this.facts = facts;
    this.updates = updates;
  }

  public static void main(String[] arguments) throws Exception {
    boolean isRecorded = arguments.length == 0 || arguments[0].equals("recorded");
    int facts = isRecorded ? 0 : Integer.parseInt(arguments[0]);
    int updates = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    System.out.println(Bench.machine());
    Path dir = Files.createTempDirectory("boardcast-delta");
    var vertx = Vertx.vertx();
    try (DedicatedServices servers = Services.dedicated(dir)) {
      Path clock = Files.createFile(dir.resolve("clock"));
      try (var cluster = Cluster.start(clock, servers.freshDatabase(), 1, OFTEN)) {
        var bench = new DeltaBench(vertx, cluster.node(0), dir, clock, facts, updates);
        Map<String, String> topics = topics(cluster);
        System.out.println(
            "| board | facts per update | updates | whole, bytes | delta, bytes | part"
                + " | whole compressed, part | delta compressed, part |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        var members = new StringBuilder();
        for (Recording recording : recordings()) {
          members.append(bench.measure(recording, topics.get(recording.board())));
        }
        System.out.print(members);
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

  /** Prints a row; returns what the changes consist of. */
  private String measure(Recording recording, String topic) throws Exception {
    var whole = new Updates(topic, "");
    var deltas = new Updates(topic, ",\"deltas\":true");
    List<String> before = new ArrayList<>();
    List<Recording.Stage> stages = recording.stages();
    stages.subList(0, stages.size() - 1).forEach(stage -> before.addAll(stage.facts()));
    Recording.Stage last = stages.get(stages.size() - 1);
    List<List<String>> groups = groups(last.facts());
    int first = Math.max(0, groups.size() - updates);
    groups.subList(0, first).forEach(before::addAll);
    Files.setLastModifiedTime(clock, FileTime.from(last.now()));
    if (!before.isEmpty()) replay(recording.board(), before);
    settle(whole, deltas);
    whole.start();
    deltas.start();
    int replayed = 0;
    for (List<String> group : groups.subList(first, groups.size())) {
      replay(recording.board(), group);
      replayed += group.size();
      whole.awaitNext();
    }
    settle(whole, deltas);
    whole.client.close();
    deltas.client.close();
    if (deltas.texts.isEmpty()) return recording.board() + ": no update was seen\n";
    double bytes = MessageBytes.mean(whole.texts);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %d | %.0f | %.0f | %.1f %% | %.1f %% | %.1f %% |%n",
        recording.board(),
        (double) replayed / deltas.texts.size(),
        deltas.texts.size(),
        bytes,
        MessageBytes.mean(deltas.texts),
        100 * MessageBytes.mean(deltas.texts) / bytes,
        100 * MessageBytes.meanCompressed(whole.texts) / bytes,
        100 * MessageBytes.meanCompressed(deltas.texts) / bytes);
    Path messages = Files.createDirectories(Path.of("target", "messages"));
    Files.write(messages.resolve(recording.board() + "-whole.ndjson"), whole.texts);
    Files.write(messages.resolve(recording.board() + "-deltas.ndjson"), deltas.texts);
    return recording.board() + ": " + MessageBytes.members(deltas.texts) + "\n";
  }

  /** The facts of each update. */
  private List<List<String>> groups(List<String> all) throws java.io.IOException {
    var groups = new ArrayList<List<String>>();
    if (facts > 0) {
      for (int at = 0; at < all.size(); at += facts) {
        groups.add(all.subList(at, Math.min(all.size(), at + facts)));
      }
      return groups;
    }
    var byTime = new TreeMap<Instant, List<String>>();
    for (String fact : all) {
      byTime.computeIfAbsent(time(fact), first -> new ArrayList<>()).add(fact);
    }
    boolean hasTimes = byTime.tailMap(Instant.EPOCH, false).size() > 1;
    return hasTimes ? List.copyOf(byTime.values()) : all.stream().map(List::of).toList();
  }

  /** The epoch where it has none. */
  private static Instant time(String fact) throws java.io.IOException {
    JsonNode parsed = Json.MAPPER.readTree(fact);
    return TIMES.stream()
        .filter(parsed::has)
        .map(name -> Instant.parse(parsed.get(name).asText()))
        .findFirst()
        .orElse(Instant.EPOCH);
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
    private final List<String> texts = new ArrayList<>();
    private boolean counts;

    Updates(String topic, String options) {
      client = WsClient.connect(vertx, "ws://" + node.http().getAuthority() + "/ws?topics=");
      client.send(
          "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"" + topic + "\"" + options + "}]}");
    }

    void start() {
      counts = true;
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
        texts.add(text);
      } catch (java.io.IOException notJson) {
        throw new AssertionError(text, notJson);
      }
    }
  }
}
