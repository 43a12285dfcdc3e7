package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.audit.AuditConfig;
import dev.boardcast.metrics.audit.Recomputation;
import dev.boardcast.metrics.audit.RecomputationStore;
import dev.boardcast.metrics.audit.RecomputeRoutes;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecomputeIT {
  private static final String SPOIL =
      "UPDATE routing_rollup SET decisions = decisions + 100 WHERE bucket = '-infinity'";

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig config = Services.get().freshDatabase();
  private final Sql sql = new Sql(config.postgresUri());
  private final SlowRouting board = new SlowRouting();
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
  void wrongRowsAreCorrectedAndCounted() throws Exception {
    var node = node("a");
    node.decide(3);
    broadcasts.awaitTotal(3);
    sql.run(SPOIL);
    node.decide(1);
    broadcasts.awaitTotal(104);
    request(node);
    broadcasts.awaitTotal(4);
    var done = awaitOver(node);
    assertEquals(1, done.wrongRows());
    assertNull(done.error());
    assertEquals(OptionalLong.of(0), audit(node));
  }

  @Test
  void aBoardIsUpdatedAsUsualWhileItIsRecomputed() throws Exception {
    var node = node("a");
    node.decide(5);
    broadcasts.awaitTotal(5);
    board.takeSeconds(2);
    request(node);
    // Facts are included at once, not when the recomputation is over.
    for (int total = 6; total <= 12; total++) {
      node.decide(1);
      var seen = broadcasts.awaitTotal(total);
      assertFalse(seen.stale());
    }
    assertFalse(latest(node).isOver());
    assertEquals(0, awaitOver(node).wrongRows());
    assertTrue(broadcasts.all().stream().noneMatch(each -> each.stale()));
    node.decide(1);
    broadcasts.awaitTotal(13);
    assertEquals(OptionalLong.of(0), audit(node));
  }

  @Test
  void factsThatArriveDuringARecomputationAreCountedOnce() throws Exception {
    var node = node("a");
    board.takeSeconds(0.2);
    int total = 0;
    for (int round = 0; round < 4; round++) {
      sql.run(SPOIL);
      request(node);
      do {
        node.decide(7);
        total += 7;
      } while (!latest(node).isOver());
    }
    broadcasts.awaitTotal(total);
    assertEquals(OptionalLong.of(0), audit(node));
  }

  @Test
  void aRequestIsTakenOverWhenTheHolderLeaves() throws Exception {
    var first = node("a");
    first.decide(2);
    broadcasts.awaitTotal(2);
    var second = node("b");
    board.takeSeconds(20);
    request(first);
    first.decide(1);
    broadcasts.awaitTotal(3);
    board.whenAll = "";
    sql.run(SPOIL);
    first.undeploy();
    assertEquals(1, awaitOver(second).wrongRows());
    broadcasts.awaitTotal(3);
  }

  @Test
  void aFailedRequestEndsAndFoldsContinue() throws Exception {
    var node = node("a");
    node.decide(2);
    broadcasts.awaitTotal(2);
    board.fail();
    request(node);
    var failed = awaitOver(node);
    assertNotNull(failed.error());
    assertNull(failed.wrongRows());
    node.decide(1);
    broadcasts.awaitTotal(3);
    board.whenAll = "";
    request(node);
    assertEquals(0, awaitOver(node).wrongRows());
  }

  @Test
  void aSecondRequestJoinsTheFirst() throws Exception {
    var node = node("a");
    board.takeSeconds(1);
    var first = request(node);
    var second = request(node);
    assertEquals(first.requestedAt(), second.requestedAt());
    awaitOver(node);
    assertTrue(request(node).requestedAt().isAfter(first.requestedAt()));
  }

  @Test
  void anAdminRequestsOverHttp() throws Exception {
    var node = node("a");
    String path = "/api/v1/admin/boards/routing/recompute";
    try (var api =
        new Api(
            config,
            HttpConfig.DEFAULTS,
            parts -> List.of(new RecomputeRoutes(parts.pool(), parts.bus())))) {
      assertEquals(401, api.call("POST", path).now().status());
      assertEquals(403, api.call("POST", path).as("ann;;ingest").now().status());
      assertEquals(404, api.call("GET", path).as("root;;admin").now().status());
      String other = path.replace("routing", "other");
      assertEquals(404, api.call("POST", other).as("root;;admin").now().status());
      var asked = api.call("POST", path).as("root;;admin").now();
      assertEquals(202, asked.status());
      assertTrue(asked.json().get("finished_at").isNull());
      awaitOver(node);
      var done = api.call("GET", path).as("root;;admin").now();
      assertEquals(0, done.json().get("wrong_rows").asInt());
    }
  }

  private MetricsNode node(String name) throws Exception {
    return new MetricsNode(vertx, name, config, MetricsNode.QUICK, board, Clock.systemUTC());
  }

  private static Recomputation request(MetricsNode node) throws Exception {
    return MetricsNode.get(RecomputationStore.request(node.pool, "routing")).orElseThrow();
  }

  private static Recomputation latest(MetricsNode node) throws Exception {
    return MetricsNode.get(RecomputationStore.latest(node.pool, "routing")).orElseThrow();
  }

  private static Recomputation awaitOver(MetricsNode node) {
    return Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> latest(node), Recomputation::isOver);
  }

  private OptionalLong audit(MetricsNode node) throws Exception {
    board.whenAll = "";
    return MetricsNode.get(new RollupAudit(node.pool, board, AuditConfig.DEFAULTS).run());
  }
}
