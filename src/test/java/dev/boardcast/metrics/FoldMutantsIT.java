package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.jqwik.api.Property;

/** Subtly wrong folds fail the checks of {@link FoldPropertiesIT}. */
class FoldMutantsIT {
  private static final int SEQUENCES = 100;
  private static final String FRESH = "is_fresh\\((\\w+\\.)?tx, \\$1\\)";
  // Wrong only when facts are added: a recomputation is right.
  private static final String ALL = "pg_snapshot_xmax($1) = '1'";

  @Property(tries = 1, seed = "1")
  void aFoldThatMissesFactsThatCommitLate() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      found(board, sql -> sql.replaceAll(FRESH, "$1tx >= pg_snapshot_xmax(\\$1)"));
    }
  }

  @Property(tries = 1, seed = "2")
  void aFoldThatRepeatsFactsAfterAnOpenTransaction() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      found(board, sql -> sql.replaceAll(FRESH, "$1tx >= pg_snapshot_xmin(\\$1)"));
    }
  }

  @Property(tries = 1, seed = "3")
  void aFoldThatMissesOldFacts() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      String time = board.equals("routing") ? "decided_at" : "at";
      String late =
          "(is_fresh($1tx, \\$1) AND (%s OR $1%s > timestamptz '%s' - interval '3 days'))"
              .formatted(ALL.replace("$", "\\$"), time, start());
      found(board, sql -> sql.replaceAll(FRESH, late));
    }
  }

  @Property(tries = 1, seed = "4")
  void aFoldThatAddsRetractedFacts() throws Exception {
    found("analysis", sql -> sql.replace("sum(f.delta)", "sum(abs(f.delta))"));
    found("analysis", sql -> sql.replace("sum(c.sign)", "count(c.sign)"));
    found("analysis", sql -> sql.replace("sum(l.sign)", "count(l.sign)"));
    found("platform in Berlin", sql -> sql.replace("sum(f.sign)", "count(f.sign)"));
    found("platform in Berlin", sql -> sql.replace("f.sign * f.amount", "f.amount"));
  }

  @Property(tries = 1, seed = "5")
  void aFoldThatUsesTheLastFactForTheLatest() throws Exception {
    found("pipeline", sql -> sql.replace("(at, last[2]) >", "(now(), last[2]) >"));
  }

  @Property(tries = 1, seed = "6")
  void aRangeThatIsOneStepTooLong() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      foundIn(
          board,
          scenario ->
              scenario.board.reading =
                  own -> (tx, from, to) -> own.reader().read(tx, from, to.plus(own.step())));
    }
  }

  private static void found(String board, UnaryOperator<String> mutation)
      throws SQLException, TimeoutException {
    foundIn(
        board,
        scenario -> {
          var right = scenario.board.fold();
          var wrong = right.stream().map(mutation).toList();
          assertTrue(!wrong.equals(right), board);
          scenario.board.statements = own -> wrong;
        });
  }

  /** Asserts that some sequence of steps ends with wrong metrics. */
  private static void foundIn(String board, Consumer<FoldScenario> mutation)
      throws SQLException, TimeoutException {
    try (var scenario = new FoldScenario(FoldPropertiesIT.SUBJECTS.get(board))) {
      mutation.accept(scenario);
      var sequences = FoldStep.sequences().sampleStream().limit(SEQUENCES).iterator();
      while (sequences.hasNext()) {
        if (fails(scenario, sequences.next())) return;
      }
    }
    throw new AssertionError(board + ": " + SEQUENCES + " sequences and nothing found");
  }

  private static boolean fails(FoldScenario scenario, List<FoldStep> steps) throws SQLException {
    try {
      scenario.begin(start()).run(steps);
      return false;
    } catch (AssertionError found) {
      return true;
    }
  }

  private static Instant start() {
    return Instant.parse("2026-03-10T12:00:00Z");
  }
}
