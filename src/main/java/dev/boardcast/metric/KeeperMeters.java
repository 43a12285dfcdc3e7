package dev.boardcast.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What an operator sees of a board on this node: {@code boardcast_board_fold_seconds}, {@code
 * boardcast_board_fold_failures_total}, {@code boardcast_snapshots_sent_total}, {@code
 * boardcast_board_lease_held} (1 or 0) and {@code boardcast_board_drift_rows} (what the last audit
 * found; NaN where this node has none), each by {@code board}.
 */
final class KeeperMeters {
  private final MeterRegistry registry;
  private final Timer folds;
  private final Counter failures;
  private final Counter sent;
  private final Gauge held;
  private final Gauge drift;
  private volatile double driftRows = Double.NaN;

  KeeperMeters(MeterRegistry registry, String board, BooleanSupplier isHeld) {
    this.registry = registry;
    folds =
        Timer.builder("boardcast.board.fold")
            .description("Duration of folds")
            .tag("board", board)
            .register(registry);
    failures = counter("boardcast.board.fold.failures", "Folds that failed", board);
    sent = counter("boardcast.snapshots.sent", "Snapshots broadcast by this node", board);
    held =
        Gauge.builder("boardcast.board.lease.held", () -> isHeld.getAsBoolean() ? 1 : 0)
            .description("1 where this node computes the board")
            .tag("board", board)
            .register(registry);
    drift =
        Gauge.builder("boardcast.board.drift.rows", () -> driftRows)
            .description("Rollup rows that the last audit found wrong; NaN where there was none")
            .tag("board", board)
            .register(registry);
  }

  private Counter counter(String name, String what, String board) {
    return Counter.builder(name).description(what).tag("board", board).register(registry);
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

  /** What an audit found. */
  void drifted(OptionalLong rows) {
    driftRows = rows.isPresent() ? rows.getAsLong() : Double.NaN;
  }

  /** Takes the gauges back, so that a later keeper on this registry can have its own. */
  void close() {
    registry.remove(held);
    registry.remove(drift);
  }
}
