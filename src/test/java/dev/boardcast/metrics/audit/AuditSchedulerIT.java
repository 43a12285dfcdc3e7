package dev.boardcast.metrics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.boards.routing.RoutingDecisions;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.metrics.Broadcasts;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.metrics.MetricsNode;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditSchedulerIT {
  private static final MetricsConfig OFTEN =
      Settings.of(
          MetricsConfig.class,
          "metrics-min-interval=20ms",
          "metrics-heartbeat=500ms",
          "metrics-lease-ttl=600ms",
          "audit-every=50ms");

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig config = Services.get().freshDatabase();
  private final Sql sql = new Sql(config.postgresUri());
  private Broadcasts broadcasts;
  private MetricsNode node;

  @BeforeEach
  void start() throws Exception {
    broadcasts = new Broadcasts(new TypedBus(vertx));
    node = node("a");
  }

  @AfterEach
  void close() throws Exception {
    MetricsNode.get(vertx.close());
  }

  @Test
  void onlyTheHolderReportsTheDriftOfABoard() throws Exception {
    var other = node("b");
    node.decide(10);
    broadcasts.awaitTotal(10);
    awaitDrift(0);
    assertEquals(Map.of(), other.verticle.drift());
    assertTrue(Double.isNaN(gauge(other)));
  }

  @Test
  void driftIsReportedUntilItIsCorrected() throws Exception {
    node.decide(10);
    broadcasts.awaitTotal(10);
    awaitDrift(0);
    sql.run("UPDATE routing_rollup SET decisions = 11 WHERE bucket = '-infinity'");
    node.decide(1);
    broadcasts.awaitTotal(12);
    awaitDrift(1);
    assertEquals(Map.of("routing", 1L), node.verticle.drift());
    MetricsNode.get(RecomputationStore.request(node.pool, "routing"));
    broadcasts.awaitTotal(11);
    awaitDrift(0);
    assertEquals(Map.of("routing", 0L), node.verticle.drift());
  }

  private void awaitDrift(double rows) {
    Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> gauge(node) == rows);
  }

  private static double gauge(MetricsNode of) {
    return of.meters.get("boardcast.board.drift.rows").gauge().value();
  }

  private MetricsNode node(String name) throws Exception {
    return new MetricsNode(vertx, name, config, OFTEN, RoutingDecisions.board(), Clock.systemUTC());
  }
}
