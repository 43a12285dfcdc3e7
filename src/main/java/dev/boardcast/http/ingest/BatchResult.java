package dev.boardcast.http.ingest;

import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.Ingest.LineError;
import dev.boardcast.spi.Ingest.Summary;
import dev.boardcast.spi.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Counts the outcomes of one request's facts. Confined to one event loop. */
final class BatchResult {
  private final int maxErrors;
  // The highest line first, so that the first errors are kept: a line that cannot be read is
  // rejected before the facts of earlier lines are stored.
  private final PriorityQueue<LineError> errors =
      new PriorityQueue<>(Comparator.comparingLong(LineError::line).reversed());
  private long accepted;
  private long duplicate;
  private long rejected;

  BatchResult(int maxErrors) {
    this.maxErrors = maxErrors;
  }

  void add(long line, FactSink.Outcome outcome) {
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
