package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.jqwik.api.Property;

/** Folds that are wrong in a way that is easily overlooked: {@link FoldPropertiesIT} finds out. */
class FoldMutantsIT {
  private static final int STORIES = 100;
  private static final String FRESH = "is_fresh\\((\\w+\\.)?tx, \\$1\\)";
  // A recomputation is right: only what is added to it is not.
  private static final String ALL = "pg_snapshot_xmax($1) = '1'";

  @Property(tries = 1, seed = "1")
  void aFoldThatForgetsWhatCommitsAfterItsSuccessors() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      found(board, sql -> sql.replaceAll(FRESH, "$1tx >= pg_snapshot_xmax(\\$1)"));
    }
  }

  @Property(tries = 1, seed = "2")
  void aFoldThatTakesAgainWhatCameAfterAnOpenTransaction() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      found(board, sql -> sql.replaceAll(FRESH, "$1tx >= pg_snapshot_xmin(\\$1)"));
    }
  }

  @Property(tries = 1, seed = "3")
  void aFoldThatForgetsFactsOfLongAgo() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      String time = board.equals("routing") ? "decided_at" : "at";
      String late =
          "(is_fresh($1tx, \\$1) AND (%s OR $1%s > timestamptz '%s' - interval '3 days'))"
              .formatted(ALL.replace("$", "\\$"), time, start());
      found(board, sql -> sql.replaceAll(FRESH, late));
    }
  }

  @Property(tries = 1, seed = "4")
  void aFoldThatAddsWhatIsTakenBack() throws Exception {
    found("analysis", sql -> sql.replace("sum(f.delta)", "sum(abs(f.delta))"));
    found("platform in Berlin", sql -> sql.replace("sum(f.sign)", "count(f.sign)"));
    found("platform in Berlin", sql -> sql.replace("f.sign * f.amount", "f.amount"));
  }

  @Property(tries = 1, seed = "5")
  void aFoldThatTakesTheLastForTheLatest() throws Exception {
    found("pipeline", sql -> sql.replace("(at, last[2]) >", "(now(), last[2]) >"));
  }

  @Property(tries = 1, seed = "6")
  void aRangeThatIsAStepTooLong() throws Exception {
    for (String board : FoldPropertiesIT.SUBJECTS.keySet()) {
      foundIn(
          board,
          trial ->
              trial.board.reading =
                  own -> (tx, from, to) -> own.reader().read(tx, from, to.plus(own.step())));
    }
  }

  private static void found(String board, UnaryOperator<String> mutation)
      throws SQLException, TimeoutException {
    foundIn(
        board,
        trial -> {
          var right = trial.board.fold();
          var wrong = right.stream().map(mutation).toList();
          assertTrue(!wrong.equals(right), board);
          trial.board.statements = own -> wrong;
        });
  }

  /** Some story ends with numbers that differ. */
  private static void foundIn(String board, Consumer<FoldTrial> mutation)
      throws SQLException, TimeoutException {
    try (var trial = new FoldTrial(FoldPropertiesIT.SUBJECTS.get(board))) {
      mutation.accept(trial);
      var stories = FoldStep.stories().sampleStream().limit(STORIES).iterator();
      while (stories.hasNext()) {
        if (fails(trial, stories.next())) return;
      }
    }
    throw new AssertionError(board + ": " + STORIES + " stories and nothing found");
  }

  private static boolean fails(FoldTrial trial, List<FoldStep> story) throws SQLException {
    try {
      trial.begin(start()).live(story);
      return false;
    } catch (AssertionError found) {
      return true;
    }
  }

  private static Instant start() {
    return Instant.parse("2026-03-10T12:00:00Z");
  }
}
