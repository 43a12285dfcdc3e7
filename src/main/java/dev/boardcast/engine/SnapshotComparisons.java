package dev.boardcast.engine;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;

/**
 * Compares snapshots of boards, and of parts of them, with the past or with targets: for sessions,
 * with the results of the HTTP API. Thread safe.
 */
@FunctionalInterface
public interface SnapshotComparisons {
  /** For a node without a database. */
  SnapshotComparisons NONE =
      (snapshot, with) ->
          Future.failedFuture(Problem.unavailable("there is nothing to compare with here", 1));

  /**
   * Compares a snapshot. The same one is compared once, however many ask.
   *
   * @return fails when the past cannot be read now
   */
  Future<SnapshotComparison> compare(Snapshot snapshot, ComparedWith with);
}
