package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The past by the history that the rollups keep: the same metric over the window that ended then,
 * from all that is known of it by now. So what is compared is like with like, whatever came late,
 * and whether or not this board was computed, or there at all, at that moment.
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
