package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.metrics.FoldStep.AddFact;
import dev.boardcast.testing.HookedBoard;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Facts of boards are dropped in the middle of everything else: snapshots, rollups, recomputations
 * and what comes later are as if they were there.
 */
class FactSealIT {
  private static final Instant START = Instant.parse("2026-03-28T22:30:00Z");
  private static final int RUNS = 6;

  @TestFactory
  List<DynamicTest> dropsChangeNoNumber() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : List.of("routing", "analysis")) {
      tests.add(DynamicTest.dynamicTest(name, () -> run(FoldPropertiesIT.SUBJECTS.get(name))));
    }
    return tests;
  }

  private static void run(FoldSubject subject) throws Exception {
    try (var scenario = new FoldScenario(subject)) {
      // Plain SQL over all facts would miss those that were dropped.
      scenario.board.afterSnapshot = HookedBoard.Hook.NONE;
      for (int seed = 0; seed < RUNS; seed++) {
        Map<String, List<String>> expected = end(scenario, seed, List.of());
        for (Duration keep : List.of(Duration.ofDays(5), Duration.ofHours(3), Duration.ZERO)) {
          assertEquals(expected, end(scenario, seed, List.of(keep)), "seed " + seed + " " + keep);
        }
      }
    }
  }

  /** The rollups at the end of the same facts and folds, with drops in between. */
  private static Map<String, List<String>> end(
      FoldScenario scenario, int seed, List<Duration> keeps) throws SQLException {
    scenario.begin(START);
    scenario.dropSeals();
    var random = new Random(seed);
    long dropped = 0;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 25; i++) scenario.insert(fact(random));
      JsonNode before = scenario.settle();
      for (Duration keep : keeps) {
        dropped += scenario.seal(keep, 10);
        assertEquals(before, scenario.settle(), "seed " + seed + " " + keep);
      }
    }
    if (!keeps.isEmpty()) {
      assertTrue(dropped > 0 && scenario.dropped() >= dropped, "dropped " + dropped);
      // As on another server, where only facts and sealed sums are restored.
      scenario.recompute();
    }
    return scenario.rollups();
  }

  private static AddFact fact(Random random) {
    int day = 86_400;
    int after =
        switch (random.nextInt(4)) {
          case 0 -> -random.nextInt(600);
          case 1 -> -random.nextInt(day);
          case 2 -> -random.nextInt(12 * day);
          default -> -random.nextInt(60) * day;
        };
    return new AddFact(
        FoldScenario.WRITERS,
        // A repeated event id is new once its fact was dropped.
        0,
        random.nextInt(10),
        random.nextInt(4),
        after,
        random.nextInt(10),
        random.nextInt(10));
  }
}
