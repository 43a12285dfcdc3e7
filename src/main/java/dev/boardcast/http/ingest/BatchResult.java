package dev.boardcast.http.ingest;

import dev.boardcast.spi.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Counts what became of a batch's facts. Lives on one event loop. */
public final class BatchResult {
  private final int maxErrors;
  // The highest line first: what a chunk's store refuses comes after what could not be read of
  // later lines, and of all the first ones are kept.
  private final PriorityQueue<LineError> errors =
      new PriorityQueue<>(Comparator.comparingLong(LineError::line).reversed());
  private long accepted;
  private long duplicate;
  private long rejected;

  BatchResult(int maxErrors) {
    this.maxErrors = maxErrors;
  }

  /**
   * A rejected line: its number from 1 (place in the array for JSON arrays), the field, the cause.
   */
  public record LineError(long line, String field, String expected) {}

  /**
   * The JSON form.
   *
   * @param errors the first rejected lines, in order, bounded; {@code rejected} counts all
   */
  public record Summary(long accepted, long duplicate, long rejected, List<LineError> errors) {}

  void add(long line, Ingest.Outcome outcome) {
    if (outcome.problem() != null) reject(line, outcome.problem());
    else if (outcome.isNew()) accepted++;
    else duplicate++;
  }

  void reject(long line, Problem problem) {
    rejected++;
    errors.add(error(line, problem));
    if (errors.size() > maxErrors) errors.poll();
  }

  private static LineError error(long line, Problem problem) {
    if (problem.errors().isEmpty()) return new LineError(line, "line", problem.getMessage());
    var first = problem.errors().get(0);
    return new LineError(line, first.field(), first.expected());
  }

  private List<LineError> inOrder() {
    return errors.stream().sorted(Comparator.comparingLong(LineError::line)).toList();
  }

  Summary summary() {
    return new Summary(accepted, duplicate, rejected, inOrder());
  }
}
