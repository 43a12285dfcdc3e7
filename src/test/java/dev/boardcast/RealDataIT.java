package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Json;
import dev.boardcast.db.DbConfig;
import dev.boardcast.load.Replay;
import dev.boardcast.load.ReplayOptions;
import dev.boardcast.load.ReplayReport;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Command;
import dev.boardcast.testing.NoCounterpart;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.RealData;
import dev.boardcast.testing.RoutingFacts;
import dev.boardcast.testing.RoutingTotals;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TaskFacts;
import dev.boardcast.testing.TaskLedger;
import dev.boardcast.testing.TaskTotals;
import dev.boardcast.testing.Truth;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recorded real decisions and tasks, replayed into one node and read from another in a JVM of its
 * own, against totals that were computed elsewhere. {@link NoCounterpart} lists what is left out.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RealDataIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int WRITERS = 8;

  @TempDir static Path files;
  private static Vertx vertx;
  private static Sql sql;
  private static Cluster cluster;
  private static NodeProcess written;
  private static NodeProcess read;

  @BeforeAll
  static void start() throws Exception {
    RealData.folder("routing");
    vertx = Vertx.vertx();
    DbConfig db = Services.get().freshDatabase();
    sql = new Sql(db.postgresUri());
    cluster = Cluster.start(db, 2);
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

  @Test
  @Order(1)
  void replayedDecisionsGiveTheTrueTotalsOnTheOtherNodeHoweverOftenTheyAreReplayed()
      throws Exception {
    var truth = Truth.of("routing");
    long decisions = truth.count("/all/decisions");
    Path facts = RoutingFacts.write(files.resolve("routing.ndjson"));
    String gateway = cluster.gateway(read).toString();
    try (var bare = WsClient.connect(vertx, gateway + "/ws/metrics");
        var board = WsClient.connect(vertx, socket(read) + "/ws/metrics/routing");
        var topic = WsClient.connect(vertx, gateway + "/ws?topics=routing")) {
      String token = token("sender", "--role", "ingest");
      assertReplayed(replay("routing", facts, token), decisions, 0);

      awaitTotal(bare, decisions).assertAre(truth);
      awaitTotal(board, decisions).assertAre(truth);
      awaitTotal(topic, decisions).assertAre(truth);
      numbers("/routing/metrics", "").assertAre(truth);
      numbers("/api/v1/boards/routing", "/data").assertAre(truth);
      numbers("/routing/metrics", "").assertEqualRecomputation(sql);

      assertReplayed(replay("routing", facts, token), 0, decisions);
      for (WsClient client : List.of(bare, board, topic)) {
        // Another one comes in any case: numbers are sent again every few seconds.
        client.drain();
        numbersOf(client.next()).assertAre(truth);
      }
      numbers("/routing/metrics", "").assertAre(truth);
    }
    truth.assertNothingForgotten(NoCounterpart.ROUTING);
  }

  @Test
  @Order(2)
  void eightWritersOfOneFileAtBothNodesStoreEachDecisionOnce() throws Exception {
    RoutingTotals before = numbers("/routing/metrics", "");
    // The same decisions once more, as other events.
    String recorded = Files.readString(RoutingFacts.write(files.resolve("recorded.ndjson")));
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
        .until(() -> numbers("/routing/metrics", "").total() == before.total() + decisions);
    RoutingTotals after = numbers("/routing/metrics", "");
    assertEquals(0, before.cost().add(costs(facts)).compareTo(after.cost()));
    after.assertEqualRecomputation(sql);
  }

  @Test
  @Order(3)
  void replayedTasksGiveTheTrueTotalsOnTheOtherNodeHoweverOftenTheyAreReplayed() throws Exception {
    var truth = Truth.of("tasks");
    TaskFacts recorded = TaskFacts.read();
    Path facts = recorded.write(files.resolve("tasks.ndjson"));
    String admin = token("importer", "--role", "admin");
    try (var ledger = new TaskLedger(vertx)) {
      // Together they see all: the members of all teams, and who owned a task outside of a team.
      var everywhere = new Person("observer", recorded.teams(), Set.of());
      ledger.join(cluster.gateway(read).toString(), everywhere, true);
      ledger.join(socket(read), everywhere, false);
      for (String owner : recorded.alone()) {
        ledger.join(socket(read), Person.of(owner), true);
      }

      assertReplayed(replay("tasks", facts, admin), recorded.count(), 0);

      long events = TaskTotals.events(truth);
      Awaitility.await().atMost(PATIENCE).until(() -> ledger.read().size() >= events);
      TaskTotals.assertLedger(truth, ledger.settle());
      TaskTotals.assertStatistics(truth, get("/api/v1/tasks/statistics", "", admin));
      List<JsonNode> tasks = allTasks(admin);
      assertEquals(truth.count("/tasks"), tasks.size());

      assertReplayed(replay("tasks", facts, admin), 0, recorded.count());
      assertEquals(tasks, allTasks(admin));
      TaskTotals.assertStatistics(truth, get("/api/v1/tasks/statistics", "", admin));
      assertEquals(List.of("0"), sql.column("SELECT count(*) FROM outbox"));
      assertEquals(events, ledger.settle().size());
    }
    truth.assertNothingForgotten(NoCounterpart.TASKS);
  }

  /** By the command line, as an operator does it. */
  private static Command replay(String board, Path facts, String token) throws Exception {
    String url = written.http().toString();
    return Command.run(
        PATIENCE, "replay", "--url", url, "--board", board, "--token", token, facts.toString());
  }

  private static String token(String user, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("token", "--jwt-secret", Cluster.SECRET));
    arguments.addAll(List.of("--user", user, "--ttl", "10m"));
    arguments.addAll(List.of(more));
    Command printed = Command.run(PATIENCE, arguments.toArray(String[]::new));
    assertEquals(0, printed.exitCode(), printed.errors());
    return printed.output().strip();
  }

  private static void assertReplayed(Command replay, long accepted, long duplicate) {
    assertEquals(0, replay.exitCode(), replay::toString);
    String said = "accepted %d, duplicate %d, rejected 0 of %d lines in ";
    String expected = said.formatted(accepted, duplicate, accepted + duplicate);
    assertTrue(replay.output().startsWith(expected), replay::toString);
  }

  /** Every other at the other node. */
  private static List<ReplayReport> atOnce(Path facts) throws Exception {
    var threads = Executors.newFixedThreadPool(WRITERS);
    try {
      var writers = new ArrayList<Callable<ReplayReport>>();
      for (int i = 0; i < WRITERS; i++) {
        NodeProcess node = cluster.node(i % 2);
        writers.add(() -> replay(node, facts));
      }
      var reports = new ArrayList<ReplayReport>();
      for (var writer : threads.invokeAll(writers)) reports.add(writer.get());
      return reports;
    } finally {
      threads.shutdownNow();
    }
  }

  private static ReplayReport replay(NodeProcess node, Path facts) throws Exception {
    var token = Optional.of(Person.of("sender").with("ingest").token());
    var options = new ReplayOptions(node.http(), "routing", token, Optional.empty(), PATIENCE);
    try (InputStream lines = Files.newInputStream(facts)) {
      return new Replay(vertx, options, bytes -> {}).run(lines);
    }
  }

  private static BigDecimal costs(Path facts) throws Exception {
    BigDecimal sum = BigDecimal.ZERO;
    for (String fact : Files.readAllLines(facts)) {
      sum = sum.add(Json.MAPPER.readTree(fact).get("cost").decimalValue());
    }
    return sum;
  }

  private static RoutingTotals awaitTotal(WsClient client, long total) {
    List<JsonNode> frames = client.takeUntil(frame -> numbersOf(frame).total() == total);
    return numbersOf(frames.get(frames.size() - 1));
  }

  private static RoutingTotals numbersOf(JsonNode frame) {
    return new RoutingTotals(frame.has("data") ? frame.get("data") : frame);
  }

  private static RoutingTotals numbers(String path, String below) throws Exception {
    return new RoutingTotals(get(path, below, null));
  }

  private static List<JsonNode> allTasks(String token) throws Exception {
    var tasks = new ArrayList<JsonNode>();
    String next = "";
    do {
      JsonNode page = get("/api/v1/tasks?limit=200" + next, "", token);
      page.get("items").forEach(tasks::add);
      next = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    } while (next != null);
    return tasks;
  }

  /** What the other node answers. */
  private static JsonNode get(String path, String below, String token) throws Exception {
    var answer = cluster.get(read, path, token);
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.MAPPER.readTree(answer.body()).at(below);
  }

  /** The one HTTP port is enough for WebSockets too. */
  private static String socket(NodeProcess node) {
    return "ws://" + node.http().getAuthority();
  }
}
