package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.metrics.FoldStep.Tell;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node dies at every place of a fold in turn: before its first statement, between any two, and
 * with its commit under way. {@link FoldTrial} sees to it that the next fold, of the same node or
 * another, takes each fact once, and that what the board writes beside comes once.
 */
class FoldCrashIT {
  private static final int LONGEST = 200;

  private final Random random = new Random(7);

  static Stream<String> boards() {
    return FoldPropertiesIT.SUBJECTS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void betweenAnyTwoStatementsOfAFold(String board) throws Exception {
    try (var trial = begin(board)) {
      int cut = 0;
      do {
        tellSome(trial);
      } while (!trial.fold(cut % 2, cut++));
      assertTrue(cut > 8 && cut < LONGEST, "statements: " + cut);
      trial.settle();
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void betweenAnyTwoStatementsOfARebuild(String board) throws Exception {
    try (var trial = begin(board)) {
      int cut = 0;
      do {
        tellSome(trial);
      } while (!trial.rebuild(cut++));
      assertTrue(cut > 20 && cut < LONGEST, "statements: " + cut);
      trial.settle();
    }
  }

  private FoldTrial begin(String board) throws Exception {
    return new FoldTrial(FoldPropertiesIT.SUBJECTS.get(board))
        .begin(Instant.parse("2026-03-10T12:00:00Z"));
  }

  /** Most at once, some in transactions that stay open until the end. */
  private void tellSome(FoldTrial trial) throws Exception {
    for (int i = 0; i < 6; i++) {
      int writer = i == 0 ? random.nextInt(FoldTrial.WRITERS) : FoldTrial.WRITERS;
      trial.tell(
          new Tell(
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
