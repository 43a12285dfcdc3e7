package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DecisionStream;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TaskSubscribers;
import dev.boardcast.testing.TaskWriter;
import dev.boardcast.testing.TestOptions;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis and PostgreSQL fail under two nodes with clients, and recover. */
@Timeout(240)
class FaultsIT {
  private static final Person ADA = Person.of("ada", "red").with("ingest");
  private static final List<Person> PEOPLE = List.of(ADA, Person.of("bob", "red"));

  private static final String DECISION =
      "{\"strategy\":\"hybrid\",\"provider\":\"gemini\",\"cost\":0.00005}";

  @TempDir private static Path data;
  private static DedicatedServices services;
  private static DatabaseConfig db;
  private static Vertx vertx;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    services = Services.dedicated(data);
    db = services.freshDatabase();
    cluster = Cluster.start(db, 2);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    vertx.close().await(20, TimeUnit.SECONDS);
    services.close();
  }

  @Test
  void withoutRedisSnapshotsGoOnAndWithItTheCacheIsUsedAgain() throws Exception {
    Boardcast reader = readerThatHearsNobody();
    try (var one = viewer(cluster.node(0));
        var two = viewer(cluster.node(1))) {
      decide(cluster.node(0));
      awaitReads(reader, "redis");

      services.stopRedis();
      awaitReads(reader, "postgres");
      await(() -> status(cluster.node(1)).equals("degraded"));
      long total = decide(cluster.node(1));
      for (WsClient viewer : List.of(one, two)) {
        JsonNode snapshot = last(viewer.takeUntil(frame -> total(frame) == total));
        assertFalse(isStale(snapshot), snapshot.toString());
      }
      for (NodeProcess node : cluster.nodes()) {
        assertEquals(total, total(numbers(node)));
        assertFalse(isStale(numbers(node)));
        try (var late = viewer(node)) {
          assertEquals(total, total(late.next()));
        }
      }

      services.startRedis();
      await(() -> awaitReads(reader, "redis") == total);
      await(() -> status(cluster.node(1)).equals("up"));
      assertFalse(one.isClosed() || two.isClosed());
    } finally {
      services.startRedis();
      reader.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void withoutPostgresTheLastNumbersAreToldAsStaleAndAllGoesOnWhenItIsBack() throws Exception {
    var sql = new Sql(db.postgresUri());
    long before = Long.parseLong(sql.column("SELECT count(*) FROM routing_decision").get(0));
    List<URI> nodes = cluster.nodes().stream().map(NodeProcess::http).toList();
    try (var audience = new TaskSubscribers(vertx);
        var follower = follower(cluster.node(0));
        var one = viewer(cluster.node(0));
        var two = viewer(cluster.node(1));
        var writer = new TaskWriter(nodes, PEOPLE);
        var decisions = new DecisionStream(nodes)) {
      seat(audience);
      Future<?> writing = writer.write(400);
      await(() -> writer.acknowledged() > 100 && decisions.acknowledged() > 30);

      services.stopPostgres();
      for (WsClient viewer : List.of(one, two)) {
        List<JsonNode> told = viewer.takeUntil(FaultsIT::isStale);
        assertTrue(total(last(told)) > before, told.toString());
        assertTrue(last(told).path("age_ms").asLong() > 0, told.toString());
      }
      for (NodeProcess node : cluster.nodes()) {
        await(() -> isStale(numbers(node)));
        try (var late = viewer(node)) {
          assertTrue(isStale(late.next()));
        }
        refuses(node, "/api/v1/tasks", "{\"title\":\"refused\"}");
        refuses(node, "/api/v1/teams", "{\"name\":\"refused\"}");
        refuses(node, "/routing/decisions", DECISION);
        assertEquals(200, cluster.get(node, "/health/ready", null).statusCode());
        assertEquals("degraded", status(node));
      }
      follower.settle();
      assertFalse(one.isClosed() || two.isClosed());

      services.startPostgres();
      writing.get(2, TimeUnit.MINUTES);
      long all = before + decisions.end();
      for (WsClient viewer : List.of(one, two)) {
        viewer.takeUntil(snapshot -> total(snapshot) == all && !isStale(snapshot));
      }
      for (NodeProcess node : cluster.nodes()) {
        await(() -> total(numbers(node)) == all && !isStale(numbers(node)));
        await(() -> status(node).equals("up"));
      }
      audience.assertEachReceivedExactlyItsOwn(sql);
      assertEquals(
          List.of(Long.toString(all)), sql.column("SELECT count(*) FROM routing_decision"));
      assertEquals(List.of(), sql.column("SELECT title FROM task WHERE title = 'refused'"));
    } finally {
      services.startPostgres();
    }
  }

  private static void seat(TaskSubscribers audience) throws Exception {
    for (NodeProcess node : cluster.nodes()) {
      for (Person person : PEOPLE) {
        audience.join(cluster.gateway(node), person, true);
        audience.join(URI.create("ws://" + node.http().getAuthority()), person, false);
      }
    }
  }

  private static void refuses(NodeProcess node, String path, String body) throws Exception {
    HttpResponse<String> answer = cluster.post(node, path, ADA.token(), body);
    assertEquals(503, answer.statusCode(), answer.body());
    assertEquals("application/problem+json", answer.headers().firstValue("Content-Type").get());
    assertEquals("1", answer.headers().firstValue("Retry-After").get());
  }

  private static WsClient viewer(NodeProcess node) throws Exception {
    return WsClient.connect(vertx, cluster.gateway(node) + "/ws/metrics");
  }

  private static WsClient follower(NodeProcess node) throws Exception {
    return WsClient.connect(vertx, cluster.gateway(node) + "/ws?topics=tasks&token=" + ADA.token());
  }

  /** Stores a decision and returns how many there are. */
  private static long decide(NodeProcess node) throws Exception {
    HttpResponse<String> answer = cluster.post(node, "/routing/decisions", ADA.token(), DECISION);
    assertEquals(201, answer.statusCode(), answer.body());
    return Long.parseLong(
        new Sql(db.postgresUri()).column("SELECT count(*) FROM routing_decision").get(0));
  }

  private static JsonNode numbers(NodeProcess node) throws Exception {
    return Json.MAPPER.readTree(cluster.get(node, "/routing/metrics", null).body());
  }

  private static String status(NodeProcess node) throws Exception {
    return cluster.health(node).path("status").asText();
  }

  /** A node on a bus of its own: it receives no snapshots, so it must read them. */
  private static Boardcast readerThatHearsNobody() throws Exception {
    var config = TestOptions.local(db).name(cluster.name()).roles(Role.API);
    return Boardcast.deploy(vertx, config, Boards.BUILT_IN).await(1, TimeUnit.MINUTES);
  }

  /** Reads until the node has used that source, and returns the total it answered. */
  private static long awaitReads(Boardcast reader, String source) throws Exception {
    double before = reads(reader, source);
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> total(Json.MAPPER.readTree(get(reader, "/routing/metrics"))),
            total -> reads(reader, source) > before);
  }

  private static double reads(Boardcast reader, String source) {
    var line =
        Pattern.compile(
            "boardcast_snapshot_reads_total\\{application=\"[^\"]*\",source=\""
                + source
                + "\"} (.*)");
    var found = line.matcher(get(reader, "/metrics"));
    assertTrue(found.find());
    return Double.parseDouble(found.group(1));
  }

  private static String get(Boardcast reader, String path) {
    var uri = URI.create("http://127.0.0.1:" + reader.httpPort() + path);
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (Exception noAnswer) {
      throw new AssertionError(uri.toString(), noAnswer);
    }
  }

  private static boolean isStale(JsonNode snapshot) {
    return snapshot.path("stale").asBoolean();
  }

  private static long total(JsonNode snapshot) {
    return snapshot.path("total_decisions").asLong(-1);
  }

  private static JsonNode last(List<JsonNode> frames) {
    return frames.get(frames.size() - 1);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
  }
}
