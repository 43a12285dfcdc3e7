package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Json;
import dev.boardcast.testing.FoldCost;
import org.junit.jupiter.api.Test;

class FoldCostIT extends FoldCase {
  private final FoldCost cost = FoldCost.of(board);

  @Test
  void aFoldReadsNewFactsOnly() throws Exception {
    insert(100_000);
    run();
    insert(1000);
    run();
    assertEquals(1000, cost.touched());
    assertEquals(0, cost.scans());
    run();
    assertEquals(0, cost.touched());
  }

  @Test
  void checkingForNewFactsReadsAFewPagesOnly() throws Exception {
    insert(100_000);
    run();
    assertFalse(get(fold.isDue()));
    String plan = "";
    try (var connection = sql.connect();
        var statement = connection.createStatement()) {
      // The first run of a session also reads the catalog.
      for (int time = 0; time < 2; time++) {
        try (var rows =
            statement.executeQuery(
                """
                EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)
                SELECT has_fresh('routing', '{routing_decision}')""")) {
          rows.next();
          plan = rows.getString(1);
        }
      }
    }
    var pages = Json.MAPPER.readTree(plan).get(0).get("Plan");
    long read = pages.get("Shared Hit Blocks").asLong() + pages.get("Shared Read Blocks").asLong();
    assertTrue(read < 50, () -> "pages read: " + read);
  }

  @Test
  void anOpenTransactionDoesNotMakeFoldsRereadLaterFacts() throws Exception {
    try (var old = sql.connect()) {
      old.setAutoCommit(false);
      insert(old, 3);
      insert(50_000);
      run();
      insert(10);
      run();
      assertEquals(10, cost.touched());
      old.commit();
      assertEquals(50_013, total(run()));
      assertEquals(3, cost.touched());
    }
  }
}
