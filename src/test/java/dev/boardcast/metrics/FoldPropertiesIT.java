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
 * Whatever happens to a board: writers whose transactions overlap and end in any way, facts told
 * late, twice, changed or taken back, a clock that jumps, nodes that take over from each other, and
 * die between any two statements. What each fold is about to commit is what plain SQL makes of all
 * facts; at the end it is what a recomputation makes of them.
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

  private static final Map<String, FoldTrial> TRIALS = new LinkedHashMap<>();

  @BeforeContainer
  static void open() {
    SUBJECTS.forEach((name, subject) -> TRIALS.put(name, new FoldTrial(subject)));
  }

  @AfterContainer
  static void close() throws Exception {
    for (FoldTrial trial : TRIALS.values()) trial.close();
    TRIALS.clear();
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void foldEqualsRecomputationEqualsPlainSql(
      @ForAll("boards") String board,
      @ForAll("starts") Instant start,
      @ForAll("stories") List<FoldStep> story)
      throws Exception {
    TRIALS.get(board).begin(start).live(story);
  }

  @Provide
  Arbitrary<String> boards() {
    return Arbitraries.of(SUBJECTS.keySet());
  }

  /** An ordinary day, and the last hours before clocks change, a leap day and a year. */
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
  Arbitrary<List<FoldStep>> stories() {
    return FoldStep.stories();
  }
}
