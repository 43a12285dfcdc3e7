package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.DecisionStream;
import dev.boardcast.testing.NodeProcess;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.TaskSubscribers;
import dev.boardcast.testing.TaskWriter;
import dev.boardcast.testing.WsClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holders of leases are killed or suspended, on a cluster of separate JVMs. */
@Timeout(240)
class MetricsTakeoverIT {
  private static final DatabaseConfig DB = Services.get().freshDatabase();
  private static final Sql SQL = new Sql(DB.postgresUri());
  private static Vertx vertx;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    cluster = Cluster.start(DB, 3);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void killingTheNodeThatComputesABoardLosesNoDecisionForViewersOfTheOthers() throws Exception {
    String holder = cluster.holder("board.routing");
    NodeProcess computing = cluster.named(holder);
    List<NodeProcess> others = aliveBut(computing);
    // Writes begin at the node that will be killed: some are in flight at that moment.
    List<URI> nodes = List.of(computing.http(), others.get(0).http());
    try (var viewer =
            WsClient.connect(vertx, cluster.gateway(others.get(0)) + "/ws/metrics/routing");
        var decisions = new DecisionStream(nodes)) {
      viewer.takeUntil(snapshot -> total(snapshot) > 50);

      computing.kill();
      long killed = System.nanoTime();
      int before = decisions.acknowledged();
      viewer.takeUntil(snapshot -> total(snapshot) > before + 50);
      say("snapshots", viewer.longestPause(killed), "kill -9 of the node that computes them");
      int all = decisions.end();
      List<JsonNode> last = viewer.takeUntil(snapshot -> total(snapshot) >= all);

      assertEquals(all, total(last.get(last.size() - 1)));
      assertEquals(
          List.of(Integer.toString(all)), SQL.column("SELECT count(*) FROM routing_decision"));
      assertNotEquals(holder, cluster.holder("board.routing"));
      assertFalse(viewer.isClosed());
    }
  }

  @Test
  void aHeldUpEmitterLosesAndDoublesNothingForItsOwnClientsNorForOthers() throws Exception {
    var people = List.of(Person.of("gus", "green"), Person.of("hal", "green"), Person.of("ivy"));
    String holder = cluster.holder("emitter.0");
    NodeProcess paused = cluster.named(holder);
    List<NodeProcess> others = aliveBut(paused);
    try (var audience = new TaskSubscribers(vertx);
        var follower = follower(others.get(0), people.get(0));
        var writer = new TaskWriter(others.stream().map(NodeProcess::http).toList(), people)) {
      seat(audience, paused, people);
      for (NodeProcess node : others) seat(audience, node, people);
      write(writer, 50);

      paused.signal("STOP");
      long stopped = System.nanoTime();
      // Writes continue while another node takes over, and for some seconds more.
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .during(Duration.ofSeconds(5))
          .until(
              () -> {
                write(writer, 10);
                return !cluster.holder("emitter.0").equals(holder);
              });
      say("events", follower.longestPause(stopped), "SIGSTOP of the node that emits them");
      paused.signal("CONT");
      write(writer, 50);

      audience.assertEachReceivedExactlyItsOwn(SQL);
      assertEquals(List.of("0"), SQL.column("SELECT count(*) FROM outbox"));
    } finally {
      paused.signal("CONT");
    }
  }

  private static List<NodeProcess> aliveBut(NodeProcess one) {
    return cluster.nodes().stream().filter(node -> node != one && node.isAlive()).toList();
  }

  private static void seat(TaskSubscribers audience, NodeProcess node, List<Person> people)
      throws Exception {
    for (Person person : people) {
      audience.join(cluster.gateway(node), person, true);
      audience.join(cluster.gateway(node), person, false);
    }
  }

  private static WsClient follower(NodeProcess node, Person person) throws Exception {
    String gateway = cluster.gateway(node).toString();
    return WsClient.connect(vertx, gateway + "/ws?topics=tasks&token=" + person.token());
  }

  private static void write(TaskWriter writer, int tasks) throws Exception {
    writer.write(tasks).get(1, TimeUnit.MINUTES);
  }

  private static long total(JsonNode snapshot) {
    return snapshot.path("total_decisions").asLong(-1);
  }

  private static void say(String what, Duration pause, String cause) {
    System.out.printf(
        "The longest pause of %s was %d ms after %s%n", what, pause.toMillis(), cause);
  }
}
