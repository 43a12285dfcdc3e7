package dev.boardcast.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/**
 * Registers the meters of a board on this node: {@code boardcast_board_fold_seconds}, {@code
 * boardcast_board_fold_failures_total} and {@code boardcast_snapshots_sent_total}, each by {@code
 * board}.
 */
final class BoardMeters {
  private final Timer folds;
  private final Counter failures;
  private final Counter sent;

  BoardMeters(MeterRegistry registry, String board) {
    folds =
        Timer.builder("boardcast.board.fold")
            .description("Duration of folds")
            .tag("board", board)
            .register(registry);
    failures = counter(registry, "boardcast.board.fold.failures", "Folds that failed", board);
    sent = counter(registry, "boardcast.snapshots.sent", "Snapshots broadcast by this node", board);
  }

  private static Counter counter(
      MeterRegistry registry, String name, String description, String board) {
    return Counter.builder(name).description(description).tag("board", board).register(registry);
  }

  void folded(long nanos) {
    folds.record(nanos, TimeUnit.NANOSECONDS);
  }

  void failed() {
    failures.increment();
  }

  void sent() {
    sent.increment();
  }
}
