package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.metrics.FoldStep.AddFact;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node crashes before each statement of a fold, and during its commit. {@link FoldScenario}
 * checks that the next fold, on either node, folds each fact once and that other writes of the
 * board happen once.
 */
class FoldCrashIT {
  private static final int LONGEST = 200;

  private final Random random = new Random(7);

  static Stream<String> boards() {
    return FoldPropertiesIT.SUBJECTS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void aCrashBetweenAnyTwoStatementsOfAFold(String board) throws Exception {
    try (var scenario = begin(board)) {
      int cut = 0;
      do {
        addFacts(scenario);
      } while (!scenario.fold(cut % 2, cut++));
      assertTrue(cut > 8 && cut < LONGEST, "statements: " + cut);
      scenario.settle();
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void aCrashBetweenAnyTwoStatementsOfARebuild(String board) throws Exception {
    try (var scenario = begin(board)) {
      int cut = 0;
      do {
        addFacts(scenario);
      } while (!scenario.rebuild(cut++));
      assertTrue(cut > 20 && cut < LONGEST, "statements: " + cut);
      scenario.settle();
    }
  }

  private FoldScenario begin(String board) throws Exception {
    return new FoldScenario(FoldPropertiesIT.SUBJECTS.get(board))
        .begin(Instant.parse("2026-03-10T12:00:00Z"));
  }

  /** Adds facts: most are committed at once, some in transactions that stay open until the end. */
  private void addFacts(FoldScenario scenario) throws Exception {
    for (int i = 0; i < 6; i++) {
      int writer = i == 0 ? random.nextInt(FoldScenario.WRITERS) : FoldScenario.WRITERS;
      scenario.insert(
          new AddFact(
              writer,
              random.nextInt(50),
              random.nextInt(10),
              random.nextInt(4),
              -random.nextInt(20_000),
              random.nextInt(10),
              random.nextInt(10)));
    }
  }
}
