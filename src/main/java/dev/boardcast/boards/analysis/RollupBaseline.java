package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Computes earlier metrics from the rollups: over the window that ended at that time, including
 * facts that arrived later. It does not need a snapshot to have been computed then.
 */
final class RollupBaseline implements Baseline {
  private final MessageTotalsQuery messages;
  private final Duration window;

  RollupBaseline(MessageTotalsQuery messages, Duration window) {
    this.messages = messages;
    this.window = window;
  }

  @Override
  public Future<QualityMetrics> at(SqlClient transaction, Instant moment) {
    var sums = messages.all(transaction, moment.minus(window), Optional.of(moment));
    var runs = RecordCounts.openRunsAt(transaction, moment);
    return Future.all(sums, runs).map(read -> QualityMetrics.of(sums.result(), runs.result()));
  }
}
