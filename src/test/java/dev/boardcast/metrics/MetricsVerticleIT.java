package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.spi.Snapshot;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsVerticleIT {
  private static final String INSERT =
      """
      INSERT INTO routing_decision (strategy, provider, cost, decided_at)
      VALUES ('s', 'p', 0.1, now())""";

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig config = Services.get().freshDatabase();
  private final Sql sql = new Sql(config.postgresUri());
  private Broadcasts broadcasts;

  @BeforeEach
  void listen() throws Exception {
    broadcasts = new Broadcasts(new TypedBus(vertx));
  }

  @AfterEach
  void close() throws Exception {
    MetricsNode.get(vertx.close());
  }

  @Test
  void anEmptyBoardHasASnapshotOnceTheNodeIsUp() throws Exception {
    var node = node("a");
    var latest = MetricsNode.get(node.cache.latest("routing"));
    assertEquals(0, Broadcasts.total(latest.orElseThrow()));
  }

  @Test
  void newFactsAreSentWithoutWaitingForAHeartbeat() throws Exception {
    var slow =
        Settings.of(
            MetricsConfig.class,
            "metrics-min-interval=10ms",
            "metrics-heartbeat=600s",
            "metrics-lease-ttl=600ms",
            "metrics-cache-ttl=700s");
    var node = new MetricsNode(vertx, "a", config, slow);
    node.decide(3);
    broadcasts.awaitTotal(3);
  }

  @Test
  void newFactsWithoutAHintAreFoundAtAHeartbeat() throws Exception {
    node("a");
    broadcasts.awaitTotal(0);
    sql.run(INSERT);
    broadcasts.awaitTotal(1);
  }

  @Test
  void heartbeatsSendTheLastSnapshotWithAFreshTimestampWithoutComputing() throws Exception {
    var node = node("a");
    var first = broadcasts.awaitTotal(0);
    var again = broadcasts.await(next -> next.timestamp().isAfter(first.timestamp()));
    var thrice = broadcasts.await(next -> next.timestamp().isAfter(again.timestamp()));
    assertEquals(first.computedAt(), thrice.computedAt());
    assertEquals(first.version(), thrice.version());
    assertEquals(1, node.meters.get("boardcast.board.fold").timer().count());
  }

  @Test
  void manyChangesCauseFewUpdatesAndTheLastHasThemAll() throws Exception {
    var node = node("a");
    for (int i = 0; i < 300; i++) node.decide(1);
    broadcasts.awaitTotal(300);
    List<Snapshot> computed =
        broadcasts.all().stream()
            .filter(next -> next.timestamp().equals(next.computedAt()))
            .toList();
    for (int i = 1; i < computed.size(); i++) {
      var gap = Duration.between(computed.get(i - 1).computedAt(), computed.get(i).computedAt());
      // Wall clock, in whole milliseconds.
      assertTrue(
          gap.compareTo(MetricsNode.QUICK.minInterval().minusMillis(5)) >= 0, () -> "" + gap);
      assertTrue(computed.get(i).version() >= computed.get(i - 1).version());
    }
  }

  @Test
  void oneOfTwoNodesComputesAndTheOtherTakesOverWhenItLeaves() throws Exception {
    var first = node("a");
    var second = node("b");
    assertTrue(first.holds());
    assertFalse(second.holds());
    second.decide(1);
    broadcasts.awaitTotal(1);
    assertEquals(0, second.meters.get("boardcast.snapshots.sent").counter().count());

    first.undeploy();
    second.decide(1);
    broadcasts.awaitTotal(2);
    assertTrue(second.holds());
  }

  @Test
  void aNodeWithoutDatabaseIsReplacedAndStopsSending() throws Exception {
    var first = node("a");
    var second = node("b");
    second.decide(1);
    broadcasts.awaitTotal(1);
    MetricsNode.get(first.pool.close());
    second.decide(1);
    broadcasts.awaitTotal(2);
    assertTrue(second.holds());
    second.decide(1);
    broadcasts.awaitTotal(3);
    assertFalse(first.holds());
    assertEquals(List.of("b"), sql.column("SELECT holder FROM lease WHERE name = 'board.routing'"));
  }

  @Test
  void aHolderThatWasPausedPastItsLeaseDoesNotOverwriteTheNextOnes() throws Exception {
    var first = node("a");
    broadcasts.awaitTotal(0);
    sql.run(
        """
        UPDATE lease SET holder = 'c', token = token + 1,
               expires_at = clock_timestamp() + interval '2 seconds'
        WHERE name = 'board.routing'""");
    first.decide(1);
    // It computes again when the other node's lease has expired.
    broadcasts.awaitTotal(1);
    assertEquals(List.of("3"), sql.column("SELECT token FROM lease WHERE name = 'board.routing'"));
  }

  @Test
  void undeployingReleasesTheLease() throws Exception {
    var node = node("a");
    node.undeploy();
    assertEquals(
        List.of("t"),
        sql.column("SELECT expires_at < now() FROM lease WHERE name = 'board.routing'"));
  }

  private MetricsNode node(String name) throws Exception {
    return new MetricsNode(vertx, name, config, MetricsNode.QUICK);
  }
}
