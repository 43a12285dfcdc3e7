package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.PipelineFixture.RUNS;
import static dev.boardcast.boards.pipeline.PipelineFixture.SAMPLES;
import static dev.boardcast.boards.pipeline.PipelineFixture.failure;
import static dev.boardcast.boards.pipeline.PipelineFixture.sample;
import static dev.boardcast.boards.pipeline.PipelineFixture.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.metrics.Folding;
import dev.boardcast.testing.FoldCost;
import dev.boardcast.testing.HookedBoard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares rollups with facts in the transaction of each fold. */
class PipelineFoldIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  // Ten sources, ten days; many facts of one source at the same time.
  private static final String INSERT_RUNS =
      """
      INSERT INTO scrape_run (source, status, records, started_at, at)
      SELECT 's' || s, CASE WHEN r < 0.4 THEN 'failure' ELSE 'success' END,
             CASE WHEN r < 0.2 THEN NULL ELSE (r * 1000)::bigint END, at, at
      FROM (SELECT (random() * 9)::int AS s, random() AS r,
                   timestamptz '2026-03-10 12:00:00Z'
                     - (random() * 1440)::int * interval '10 minutes' AS at
            FROM generate_series(1, %d)) AS made""";
  private static final String INSERT_SAMPLES =
      """
      INSERT INTO quality_sample
        (source, geocoding_attempts, geocoding_successes, validation_attempts, validation_passes,
         at)
      SELECT 's' || (random() * 9)::int, 10, (random() * 10)::int, g %% 3, g %% 2,
             timestamptz '2026-03-10 12:00:00Z' - (random() * 1440)::int * interval '10 minutes'
      FROM generate_series(1, %d) g WHERE g %% 3 >= g %% 2""";
  private final PipelineFixture pipeline = new PipelineFixture();
  private final HookedBoard board = new HookedBoard(pipeline.board);
  private final Folding folding = new Folding(pipeline.api.parts().pool(), board, "me");

  @BeforeEach
  void takeTheLease() {
    folding.take();
    board.afterSnapshot = (tx, now, numbers) -> PlainSql.check(tx);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void aFoldTouchesFreshFactsOnly() throws Exception {
    try (var connection = pipeline.sql.connect()) {
      insert(connection, 20_000);
      folding.at(NOW);
      pipeline.sql.run("VACUUM ANALYZE");
      insert(connection, 100);
    }
    long fresh =
        pipeline.api.count(
            """
        SELECT (SELECT count(*) FROM scrape_run WHERE is_fresh(tx, watermark))
             + (SELECT count(*) FROM quality_sample WHERE is_fresh(tx, watermark))
        FROM board_state""");
    long touched = touchedByAFold();
    assertTrue(touched >= fresh, touched + " of " + fresh);
    // Each table is read twice: for the facts, and for their sources. Failures after a late success
    // are read too.
    assertTrue(touched <= 2 * fresh + 100, touched + " of " + fresh);
    assertEquals(0, touchedByAFold());
  }

  /** As in an audit: the short names mean shadow tables. */
  @Test
  void theSameStatementsFillCopiesOfTheRollups() throws Exception {
    try (var connection = pipeline.sql.connect();
        var statement = connection.createStatement()) {
      insert(connection, 200);
      ObjectNode sample = sample("a", NOW, 1, 1, 1, 1);
      sample.putArray("checks").addObject().put("name", "n").put("attempts", 1).put("passes", 1);
      pipeline.post(SAMPLES, sample);
      folding.at(NOW);
      for (String rollup : pipeline.board.rollups()) {
        statement.execute(
            "CREATE TEMP TABLE %1$s (LIKE boardcast.%1$s INCLUDING ALL)".formatted(rollup));
      }
      for (String sql : pipeline.board.fold()) {
        statement.execute(sql.replace("$1", "'1:1:'::pg_snapshot"));
      }
      for (String rollup : pipeline.board.rollups()) {
        var compared =
            statement.executeQuery(
                """
                SELECT (SELECT count(*) FROM (TABLE pg_temp.%1$s EXCEPT ALL TABLE boardcast.%1$s) x),
                       (SELECT count(*) FROM pg_temp.%1$s), (SELECT count(*) FROM boardcast.%1$s)"""
                    .formatted(rollup));
        assertTrue(compared.next());
        assertEquals(0, compared.getLong(1), rollup);
        assertEquals(compared.getLong(2), compared.getLong(3), rollup);
        assertTrue(compared.getLong(2) > 0, rollup);
      }
    }
  }

  @Test
  void anHourOfNothingIsAnHourToo() {
    pipeline.post(RUNS, success("a", NOW.minusSeconds(90_000), 1));
    pipeline.post(SAMPLES, sample("a", NOW.minusSeconds(90_000), 5, 5, 0, 0));
    folding.at(NOW);
    pipeline.post(SAMPLES, sample("a", NOW, 0, 0, 0, 0));
    folding.at(NOW);
    assertEquals(folding.at(NOW), folding.recomputedAt(NOW));
  }

  @Test
  void failuresThatGoOnDoNotCostMoreAndMore() throws Exception {
    for (int i = 0; i < 3; i++) pipeline.post(RUNS, failure("a", NOW));
    pipeline.sql.run(
        """
        INSERT INTO scrape_run (source, status, started_at, at)
        SELECT 'a', 'failure', at, at
        FROM generate_series(timestamptz '2026-03-01', '2026-03-10', interval '1 minute') at""");
    folding.at(NOW);
    pipeline.post(RUNS, failure("a", NOW));
    long touched = touchedByAFold();
    // A few of the newest may be read twice, of which it is not known yet that all see them.
    assertTrue(touched <= 10, () -> "facts touched: " + touched);
    assertEquals(
        12_965, folding.at(NOW).at("/scraping_health/sources/a/consecutive_failures").asInt());
  }

  /** The number of facts that a fold reads by any plan. */
  private long touchedByAFold() {
    board.afterSnapshot = HookedBoard.Hook.NONE;
    var cost = FoldCost.of(board);
    folding.at(NOW);
    return cost.touched();
  }

  private static void insert(Connection connection, int count) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(INSERT_RUNS.formatted(count));
      statement.execute(INSERT_SAMPLES.formatted(count));
    }
  }
}
