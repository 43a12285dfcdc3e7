package dev.boardcast.metrics.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.boards.routing.RoutingDecisions;
import dev.boardcast.config.Settings;
import dev.boardcast.metrics.FoldCase;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RollupAuditIT extends FoldCase {
  private static final AuditConfig WHOLE = AuditConfig.DEFAULTS;
  private static final AuditConfig SAMPLE = Settings.of(AuditConfig.class, "audit-max-facts=0");

  @Test
  void aBoardThatWasNeverFoldedHasNoAuditResult() throws Exception {
    assertEquals(OptionalLong.empty(), audit(WHOLE));
  }

  @Test
  void correctRollupsHaveNoDrift() throws Exception {
    insert(1000);
    run();
    assertEquals(OptionalLong.of(0), audit(WHOLE));
    assertEquals(OptionalLong.of(0), audit(SAMPLE));
  }

  @Test
  void factsThatAreNotFoldedYetAreNotDrift() throws Exception {
    insert(100);
    run();
    insert(100);
    assertEquals(OptionalLong.of(0), audit(WHOLE));
  }

  @Test
  void aTransactionThatWasOpenAtTheWatermarkIsNotDrift() throws Exception {
    try (var open = sql.connect()) {
      open.setAutoCommit(false);
      insert(open, 7);
      insert(100);
      run();
      open.commit();
      assertEquals(OptionalLong.of(0), audit(WHOLE));
    }
    run();
    assertEquals(OptionalLong.of(0), audit(WHOLE));
  }

  @Test
  void aModifiedRowIsFound() throws Exception {
    insert(1000);
    run();
    sql.run(
        """
        UPDATE routing_rollup SET cost_sum = cost_sum + 0.000001
        WHERE ctid = (SELECT ctid FROM routing_rollup WHERE bucket = '-infinity' LIMIT 1)""");
    assertEquals(OptionalLong.of(1), audit(WHOLE));
  }

  @Test
  void missingAndExtraRowsAreFound() throws Exception {
    insert(1000);
    run();
    sql.run(
        """
        DELETE FROM routing_rollup WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM routing_rollup WHERE bucket > '-infinity' LIMIT 3))""");
    assertEquals(OptionalLong.of(3), audit(WHOLE));
    sql.run("INSERT INTO routing_rollup VALUES (now(), 's', 'p', 'm', 'high', 0, 0, 0)");
    assertEquals(OptionalLong.of(3), audit(WHOLE));
    recompute();
    assertEquals(OptionalLong.of(0), audit(WHOLE));
  }

  @Test
  void aSampleFindsDriftInItsBucket() throws Exception {
    insert(1000);
    run();
    sql.run("ANALYZE routing_decision");
    sql.run("UPDATE routing_rollup SET decisions = decisions + 1 WHERE bucket > '-infinity'");
    assertTrue(audit(SAMPLE).getAsLong() > 0);
    // The rows of all time are not in a bucket.
    recompute();
    sql.run("UPDATE routing_rollup SET decisions = decisions + 1 WHERE bucket = '-infinity'");
    assertEquals(OptionalLong.of(0), audit(SAMPLE));
    assertTrue(audit(WHOLE).getAsLong() > 0);
  }

  @Test
  void thereIsNoDriftWhileWritersAndFoldsRun() throws Exception {
    // One fold at a time, as on a node: only the thread folds from here on.
    run();
    var over = new AtomicBoolean();
    var threads = Executors.newFixedThreadPool(4);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      running.add(
          threads.submit(
              () -> {
                while (!over.get()) insert(20);
                return null;
              }));
    }
    running.add(
        threads.submit(
            () -> {
              while (!over.get()) run();
              return null;
            }));
    for (int i = 0; i < 20; i++) assertEquals(OptionalLong.of(0), audit(WHOLE));
    for (int i = 0; i < 10; i++) assertEquals(OptionalLong.of(0), audit(SAMPLE));
    over.set(true);
    for (var each : running) each.get();
    threads.shutdownNow();
    long facts = Long.parseLong(sql.column("SELECT count(*) FROM routing_decision").get(0));
    assertEquals(facts, total(run()), "audits changed nothing");
  }

  @Test
  void anAuditThatTakesTooLongFailsAndLeavesNothingBehind() throws Exception {
    insert(200_000);
    run();
    var impatient = Settings.of(AuditConfig.class, "audit-timeout=20ms");
    assertThrows(Exception.class, () -> audit(impatient));
    insert(5);
    assertEquals(200_005, total(run()));
    assertEquals(List.of(), sql.column("SELECT relname FROM pg_class WHERE relpersistence = 't'"));
  }

  private OptionalLong audit(AuditConfig config) throws Exception {
    return get(new RollupAudit(pool, RoutingDecisions.board(), config).run());
  }
}
