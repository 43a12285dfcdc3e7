package dev.boardcast.metrics;

import dev.boardcast.boards.analysis.AnalysisSubject;
import dev.boardcast.boards.pipeline.PipelineSubject;
import dev.boardcast.boards.platform.PlatformSubject;
import dev.boardcast.boards.routing.RoutingSubject;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Folds are exact under overlapping transactions that commit, roll back or crash; facts that are
 * late, duplicate, changed or retracted; clocks that jump; and nodes that take over and die between
 * any two statements. Each fold equals plain SQL over all facts; the end equals a recomputation.
 */
class FoldPropertiesIT {
  static final Map<String, FoldSubject> SUBJECTS =
      new LinkedHashMap<>(
          Map.of(
              "routing", new RoutingSubject(),
              "analysis", new AnalysisSubject(),
              "pipeline", new PipelineSubject(),
              "platform in Berlin", new PlatformSubject(ZoneId.of("Europe/Berlin")),
              "platform in Kathmandu", new PlatformSubject(ZoneId.of("Asia/Kathmandu"))));

  private static final Map<String, FoldScenario> SCENARIOS = new LinkedHashMap<>();

  @BeforeContainer
  static void open() {
    SUBJECTS.forEach((name, subject) -> SCENARIOS.put(name, new FoldScenario(subject)));
  }

  @AfterContainer
  static void close() throws Exception {
    for (FoldScenario scenario : SCENARIOS.values()) scenario.close();
    SCENARIOS.clear();
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void foldEqualsRecomputationEqualsPlainSql(
      @ForAll("boards") String board,
      @ForAll("starts") Instant start,
      @ForAll("steps") List<FoldStep> steps)
      throws Exception {
    SCENARIOS.get(board).begin(start).run(steps);
  }

  @Provide
  Arbitrary<String> boards() {
    return Arbitraries.of(SUBJECTS.keySet());
  }

  /** A normal day, and the hours before clock changes, a leap day and a new year. */
  @Provide
  static Arbitrary<Instant> starts() {
    return Arbitraries.of(
            "2026-03-10T12:00:00Z",
            "2026-03-28T22:30:00Z",
            "2026-10-24T21:30:00Z",
            "2028-02-28T23:30:00Z",
            "2027-12-31T22:30:00Z")
        .map(Instant::parse);
  }

  @Provide
  Arbitrary<List<FoldStep>> steps() {
    return FoldStep.sequences();
  }
}
