package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.lab.replay.ReplayReport;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.BoardViewers;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Command;
import dev.boardcast.testing.ExpectedTotals;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.RealData;
import dev.boardcast.testing.Replays;
import dev.boardcast.testing.RoutingFacts;
import dev.boardcast.testing.RoutingTotals;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TaskFacts;
import dev.boardcast.testing.TaskLedger;
import dev.boardcast.testing.TaskTotals;
import dev.boardcast.testing.UncoveredTotals;
import dev.boardcast.testing.recorded.AnalysisRecording;
import dev.boardcast.testing.recorded.PipelineRecording;
import dev.boardcast.testing.recorded.PlatformRecording;
import dev.boardcast.testing.recorded.Recording;
import dev.boardcast.testing.recorded.Recording.Stage;
import dev.boardcast.testing.recorded.RoutingRecording;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The recorded real data of all boards, replayed into one node and read from it and from a second
 * node in a JVM of its own, compared with totals that were computed independently. {@link
 * UncoveredTotals} lists the totals that are not compared.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RealDataIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int WRITERS = 8;

  @TempDir static Path files;
  private static Path clock;
  private static Vertx vertx;
  private static Sql sql;
  private static Cluster cluster;
  private static NodeProcess written;
  private static NodeProcess read;

  @BeforeAll
  static void start() throws Exception {
    RealData.folder("routing");
    vertx = Vertx.vertx();
    DatabaseConfig db = Services.get().freshDatabase();
    sql = new Sql(db.postgresUri());
    clock = Files.createFile(files.resolve("clock"));
    var often = List.of("--metrics-min-interval", "20ms", "--metrics-heartbeat", "1s");
    var more = new ArrayList<>(often);
    more.addAll(List.of("--audit-every", "500ms", "--pipeline-anomaly-hours", "3"));
    cluster = Cluster.start(clock, db, 2, more.toArray(String[]::new));
    written = cluster.node(0);
    read = cluster.node(1);
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) cluster.close();
    if (vertx != null) {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  /** In order of time, because the nodes' clocks follow the facts. */
  static Stream<Named<Recording>> recordings() throws Exception {
    var recordings =
        List.of(
            new PlatformRecording(),
            new RoutingRecording(),
            new AnalysisRecording(),
            new PipelineRecording());
    return recordings.stream().map(recording -> Named.of(recording.board(), recording));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  @Order(1)
  void whatWasRecordedGivesTheTrueFiguresOnBothNodesHoweverOftenItIsReplayed(Recording recording)
      throws Exception {
    try (var viewers = new BoardViewers(vertx, socket(read), recording.webSocketPaths())) {
      Consumer<JsonNode> check = null;
      for (Stage stage : recording.stages()) {
        Files.setLastModifiedTime(clock, FileTime.from(stage.now()));
        check = stage.check();
        Path facts = Files.write(files.resolve("stage.ndjson"), stage.facts());
        Replays.assertAllNew(stage.facts().size(), replay(written, recording.board(), facts));
        awaitFigures(recording, viewers, check);
      }
      recording.compare(path -> get(written, path, "", null));

      viewers.clear();
      Replays.assertReported(0, recording.all().size(), replayWhole(recording));
      // Snapshots are repeated every second in any case.
      awaitFigures(recording, viewers, check);
      // The rollups equal a recomputation from all facts.
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> cluster.drift(recording.board()).equals(OptionalLong.of(0)));
    }
    recording.expected().assertAllCompared(recording.uncovered());
  }

  @Test
  @Order(2)
  void eightWritersOfOneFileAtBothNodesStoreEachDecisionOnce() throws Exception {
    RoutingTotals before = decisions();
    before.assertEqualRecomputation(sql);
    // The same decisions again, with other event ids.
    String recorded = String.join("\n", RoutingFacts.lines());
    Path facts = files.resolve("again.ndjson");
    Files.writeString(facts, recorded.replace("\"event_id\":\"", "\"event_id\":\"again:"));
    long decisions = recorded.lines().count();

    long accepted = 0;
    long duplicate = 0;
    for (ReplayReport report : atOnce(facts)) {
      assertTrue(report.isComplete(), report::toString);
      accepted += report.accepted();
      duplicate += report.duplicate();
    }

    assertEquals(decisions, accepted);
    assertEquals((WRITERS - 1) * decisions, duplicate);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> decisions().total() == before.total() + decisions);
    RoutingTotals after = decisions();
    assertEquals(
        0, before.cost().add(RoutingFacts.cost(Files.readAllLines(facts))).compareTo(after.cost()));
    after.assertEqualRecomputation(sql);
  }

  @Test
  @Order(3)
  void replayedTasksGiveTheTrueTotalsOnTheOtherNodeHoweverOftenTheyAreReplayed() throws Exception {
    var truth = ExpectedTotals.of("tasks");
    TaskFacts recorded = TaskFacts.read();
    Path facts = recorded.write(files.resolve("tasks.ndjson"));
    String admin = token("importer", "--role", "admin");
    try (var ledger = new TaskLedger(vertx)) {
      // Together these users see all tasks: the members of all teams, and the owners of tasks
      // without a team.
      var everywhere = new Person("observer", recorded.teams(), Set.of());
      ledger.join(cluster.gateway(read).toString(), everywhere, true);
      ledger.join(socket(read), everywhere, false);
      for (String owner : recorded.ownersWithoutTeam()) {
        ledger.join(socket(read), Person.of(owner), true);
      }

      Replays.assertReported(recorded.count(), 0, tasks(facts, admin));

      long events = TaskTotals.events(truth);
      Awaitility.await().atMost(PATIENCE).until(() -> ledger.read().size() >= events);
      TaskTotals.assertLedger(truth, ledger.settle());
      TaskTotals.assertStatistics(truth, get(read, "/api/v1/tasks/statistics", "", admin));
      List<JsonNode> tasks = allTasks(admin);
      assertEquals(truth.count("/tasks"), tasks.size());

      Replays.assertReported(0, recorded.count(), tasks(facts, admin));
      assertEquals(tasks, allTasks(admin));
      TaskTotals.assertStatistics(truth, get(read, "/api/v1/tasks/statistics", "", admin));
      assertEquals(List.of("0"), sql.column("SELECT count(*) FROM outbox"));
      assertEquals(events, ledger.settle().size());
    }
    truth.assertAllCompared(UncoveredTotals.TASKS);
  }

  private static ReplayReport replay(NodeProcess node, String board, Path facts) throws Exception {
    return Replays.inProcess(vertx, node.http(), board, facts, sender());
  }

  private static Command tasks(Path facts, String token) throws Exception {
    return Replays.byCommand(written.http(), "tasks", token, facts);
  }

  private static String sender() {
    return Person.of("sender").with("ingest").token();
  }

  /** In two files. */
  private static Command replayWhole(Recording recording) throws Exception {
    List<String> whole = recording.all();
    int half = whole.size() / 2;
    Path first = Files.write(files.resolve("first.ndjson"), whole.subList(0, half));
    Path second = Files.write(files.resolve("second.ndjson"), whole.subList(half, whole.size()));
    return Replays.byCommand(written.http(), recording.board(), sender(), first, second);
  }

  private static String token(String user, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("token", "--jwt-secret", Cluster.SECRET));
    arguments.addAll(List.of("--user", user, "--ttl", "10m"));
    arguments.addAll(List.of(more));
    Command printed = Command.run(PATIENCE, arguments.toArray(String[]::new));
    assertEquals(0, printed.exitCode(), printed.errors());
    return printed.output().strip();
  }

  /** Alternates between the two nodes. */
  private static List<ReplayReport> atOnce(Path facts) throws Exception {
    var threads = Executors.newFixedThreadPool(WRITERS);
    try {
      var writers = new ArrayList<Callable<ReplayReport>>();
      for (int i = 0; i < WRITERS; i++) {
        NodeProcess node = cluster.node(i % 2);
        writers.add(() -> replay(node, "routing", facts));
      }
      var reports = new ArrayList<ReplayReport>();
      for (var writer : threads.invokeAll(writers)) reports.add(writer.get());
      return reports;
    } finally {
      threads.shutdownNow();
    }
  }

  private static RoutingTotals decisions() throws Exception {
    return new RoutingTotals(get(read, "/routing/metrics", "", null));
  }

  /**
   * Over HTTP on both nodes, and the same snapshot over WebSocket on the node that was not written
   * to.
   */
  private static void awaitFigures(
      Recording recording, BoardViewers viewers, Consumer<JsonNode> check) {
    String board = "/api/v1/boards/" + recording.board();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              JsonNode numbers = BoardViewers.metrics(get(written, board, "", null));
              check.accept(numbers);
              for (String path : recording.httpPaths()) {
                assertEquals(numbers, BoardViewers.metrics(get(written, path, "", null)), path);
                assertEquals(numbers, BoardViewers.metrics(get(read, path, "", null)), path);
              }
              var seen = viewers.newest();
              for (String path : recording.webSocketPaths()) {
                assertEquals(numbers, seen.get(path), path);
              }
            });
  }

  private static List<JsonNode> allTasks(String token) throws Exception {
    var tasks = new ArrayList<JsonNode>();
    String next = "";
    do {
      JsonNode page = get(read, "/api/v1/tasks?limit=200" + next, "", token);
      page.get("items").forEach(tasks::add);
      next = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    } while (next != null);
    return tasks;
  }

  private static JsonNode get(NodeProcess node, String path, String below, String token)
      throws Exception {
    var answer = cluster.get(node, path, token);
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body()).at(below);
  }

  /** The HTTP port serves WebSockets too. */
  private static String socket(NodeProcess node) {
    return "ws://" + node.http().getAuthority();
  }
}
