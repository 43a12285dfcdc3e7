package dev.boardcast.http;

import java.util.ArrayList;
import java.util.List;

/** Counts what became of a batch's facts. Lives on one event loop. */
public final class BatchResult {
  private final int maxErrors;
  private final List<LineError> errors = new ArrayList<>();
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
   * @param errors the first rejected lines, bounded; {@code rejected} counts all
   */
  public record Summary(long accepted, long duplicate, long rejected, List<LineError> errors) {}

  void add(long line, Ingest.Outcome outcome) {
    if (outcome.problem() != null) reject(line, outcome.problem());
    else if (outcome.isNew()) accepted++;
    else duplicate++;
  }

  void reject(long line, Problem problem) {
    rejected++;
    if (errors.size() >= maxErrors) return;
    if (problem.errors().isEmpty()) {
      errors.add(new LineError(line, "line", problem.getMessage()));
    } else {
      var first = problem.errors().get(0);
      errors.add(new LineError(line, first.field(), first.expected()));
    }
  }

  Summary summary() {
    return new Summary(accepted, duplicate, rejected, List.copyOf(errors));
  }
}
