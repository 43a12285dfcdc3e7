package dev.boardcast.board.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.metric.Folding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever happens: writers whose transactions overlap and end either way, facts told late, twice
 * or at one time, folds that die between any two statements. Each fold compares its rollups with
 * plain SQL over all facts, and the last one with a recomputation.
 */
class PipelinePropertiesIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final int WRITERS = 3;
  private static final String RUN =
      """
      INSERT INTO scrape_run (event_id, source, status, records, started_at, at)
      VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""";
  private static final String SAMPLE =
      """
      INSERT INTO quality_sample
        (event_id, source, geocoding_attempts, geocoding_successes, validation_attempts,
         validation_passes, at)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING""";

  private static PipelineFixture pipeline;
  private static HookedBoard board;
  private static Folding folding;

  /** One thing that happens. */
  sealed interface Step {
    /**
     * A run, or a sample of {@code count} tries and checks of which all but {@code lost} succeed.
     *
     * @param writer in whose transaction; one beyond the last is a transaction of its own, where
     *     alone a fact may have an event id: one that is told twice waits for the first
     */
    record Write(int writer, boolean isRun, int source, int minute, int count, int lost, int id)
        implements Step {}

    record End(int writer, boolean commits) implements Step {}

    /**
     * @param diesBefore the statement before which the connection ends; the last is the end of the
     *     snapshot, those beyond are none
     */
    record FoldFacts(int diesBefore) implements Step {}
  }

  @BeforeContainer
  static void start() {
    pipeline = new PipelineFixture();
    board = new HookedBoard(pipeline.board);
    board.beforeSnapshot = PlainSql::check;
    folding = new Folding(pipeline.api.parts().pool(), board, "me").take();
  }

  @AfterContainer
  static void stop() {
    pipeline.close();
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void rollupsHoldWhatTheFactsSay(@ForAll("histories") List<Step> history) throws Exception {
    pipeline.sql.run(
        """
        TRUNCATE scrape_run, quality_sample, board_state, data_quality_metrics, pipeline_slot,
          pipeline_source, pipeline_departure, pipeline_alert""");
    List<Connection> writers = new ArrayList<>();
    try {
      for (int i = 0; i <= WRITERS; i++) {
        writers.add(pipeline.sql.connect());
        writers.get(i).setAutoCommit(i == WRITERS);
      }
      for (Step step : history) take(step, writers);
      for (int i = 0; i < WRITERS; i++) writers.get(i).commit();
      JsonNode folded = again();
      assertEquals(folded, folding.recomputedAt(NOW));
      assertEquals(runsOfTheWindow(), folded.at("/scraping_health/runs").asInt());
    } finally {
      for (Connection writer : writers) writer.close();
    }
  }

  @Provide
  Arbitrary<List<Step>> histories() {
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(8, writes()),
            net.jqwik.api.Tuple.of(2, ends()),
            net.jqwik.api.Tuple.of(
                2, Arbitraries.integers().between(0, 19).map(Step.FoldFacts::new)))
        .list()
        .ofMinSize(5)
        .ofMaxSize(60);
  }

  private static Arbitrary<Step> writes() {
    return Combinators.combine(
            Arbitraries.integers().between(0, WRITERS),
            Arbitraries.of(true, true, false),
            Arbitraries.integers().between(0, 2),
            Arbitraries.oneOf(
                Arbitraries.integers().between(0, 8),
                Arbitraries.integers().between(0, 200).map(slots -> 5 * slots),
                Arbitraries.integers().between(0, 12 * 24).map(hours -> 60 * hours)),
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 5))
        .as(Step.Write::new);
  }

  private static Arbitrary<Step> ends() {
    return Combinators.combine(
            Arbitraries.integers().between(0, WRITERS - 1), Arbitraries.of(true, true, false))
        .as(Step.End::new);
  }

  private static void take(Step step, List<Connection> writers) throws SQLException {
    if (step instanceof Step.Write write) {
      write(writers.get(write.writer()), write);
    } else if (step instanceof Step.End end) {
      if (end.commits()) writers.get(end.writer()).commit();
      else writers.get(end.writer()).rollback();
    } else if (step instanceof Step.FoldFacts fold) {
      fold(fold.diesBefore());
    }
  }

  private static void fold(int diesBefore) {
    int statements = pipeline.board.fold().size();
    if (diesBefore > statements + 1) {
      again();
      return;
    }
    if (diesBefore <= statements) board.diesBefore = diesBefore;
    else board.afterSnapshot = HookedBoard.DIE;
    try {
      folding.at(NOW);
      throw new AssertionError("the connection should have ended");
    } catch (Exception ended) {
      // What was begun is undone.
    } finally {
      board.diesBefore = -1;
      board.afterSnapshot = HookedBoard.NOTHING;
    }
  }

  /** The pool may not have noticed yet that connections are gone. */
  private static JsonNode again() {
    for (int tries = 0; tries < 20; tries++) {
      try {
        return folding.at(NOW);
      } catch (Exception gone) {
        // The next try has another connection.
      }
    }
    return folding.at(NOW);
  }

  private static void write(Connection writer, Step.Write fact) throws SQLException {
    String id = fact.writer() == WRITERS && fact.id() > 0 ? "e" + fact.id() : null;
    var at = NOW.minusSeconds(60L * fact.minute()).atOffset(ZoneOffset.UTC);
    try (var insert = writer.prepareStatement(fact.isRun() ? RUN : SAMPLE)) {
      insert.setString(1, id);
      insert.setString(2, "s" + fact.source());
      if (fact.isRun()) {
        boolean failed = fact.lost() > 4;
        insert.setString(3, failed ? "failure" : "success");
        insert.setObject(4, failed && fact.count() == 0 ? null : (long) fact.count());
        insert.setObject(5, at);
        insert.setObject(6, at);
      } else {
        long good = Math.max(0, fact.count() - fact.lost());
        insert.setLong(3, fact.count());
        insert.setLong(4, good);
        insert.setLong(5, 2L * fact.count());
        insert.setLong(6, good);
        insert.setObject(7, at);
      }
      insert.executeUpdate();
    }
  }

  private static long runsOfTheWindow() {
    return pipeline.api.count(
        "SELECT count(*) FROM scrape_run WHERE at >= '" + Window.at(NOW).begins() + "'");
  }
}
