package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.HookedBoard;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A table of facts stays as large as what it keeps, however many facts come and go. Measured by
 * {@code -Dfacts.day=20000 -Dfacts.autovacuum=true}, which leaves vacuums to the server.
 */
class FactSealSizeIT {
  private static final int A_DAY = Integer.getInteger("facts.day", 300);
  private static final boolean IS_AUTO = Boolean.getBoolean("facts.autovacuum");
  private static final Duration KEEP = Duration.ofDays(30);
  private static final int DAYS = 100;
  private static final String ADD =
      """
      INSERT INTO routing_decision (event_id, strategy, provider, model, confidence, cost, decided_at,
        input_tokens, output_tokens, latency_ms, status, user_id, team, api_key)
      SELECT gen_random_uuid(), 's' || i %% 3, 'p' || i %% 4, 'm' || i %% 8, 0.9, 0.00001 * i,
        '%1$s'::timestamptz + i * interval '86400 seconds' / %2$d, i %% 900, i %% 700, i %% 3000,
        'success', 'u' || i %% 50, 't' || i %% 5, 'k' || i %% 20
      FROM generate_series(0, %2$d - 1) AS i""";

  @Test
  void tableAndIndexesStopGrowing() throws Exception {
    try (var scenario = new FoldScenario(FoldPropertiesIT.SUBJECTS.get("routing"))) {
      scenario.board.afterSnapshot = HookedBoard.Hook.NONE;
      var now = Instant.parse("2026-01-01T00:00:00Z");
      scenario.begin(now);
      scenario.dropSeals();
      if (IS_AUTO) {
        scenario.sql.run("ALTER SYSTEM SET autovacuum_naptime = '1s'");
        scenario.sql.run("SELECT pg_reload_conf()");
      }
      List<Long> sizes = new ArrayList<>();
      long sealNanos = 0;
      for (int day = 1; day <= DAYS; day++) {
        scenario.sql.run(ADD.formatted(now, A_DAY));
        now = now.plus(Duration.ofDays(1));
        scenario.pass(Duration.ofDays(1));
        scenario.folded();
        long start = System.nanoTime();
        scenario.seal(KEEP, 10_000);
        sealNanos += System.nanoTime() - start;
        if (day % 10 == 0) {
          if (!IS_AUTO) scenario.sql.run("VACUUM routing_decision");
          sizes.add(size(scenario));
        }
      }
      long dropped = scenario.dropped();
      assertEquals((DAYS - KEEP.toDays()) * A_DAY, dropped, 1.0 * A_DAY);
      System.out.printf(
          "%d facts a day: bytes every 10 days %s; %d facts dropped in %.1f s; sealed sums %s bytes%n",
          A_DAY,
          sizes,
          dropped,
          sealNanos / 1e9,
          scenario.sql.column(
              "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE 'sealed%'"
                  + " AND relkind = 'r'"));
      long atFirst = sizes.get(4);
      long atLast = sizes.get(sizes.size() - 1);
      assertTrue(atLast <= atFirst * 1.15, sizes.toString());
      assertTrue(atLast <= sizes.get(2) * 1.6, sizes.toString());
      if (!IS_AUTO) scenario.settle();
    }
  }

  private static long size(FoldScenario scenario) throws SQLException {
    return Long.parseLong(
        scenario.sql.column("SELECT pg_total_relation_size('routing_decision')").get(0));
  }
}
