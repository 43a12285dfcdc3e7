package dev.boardcast.metrics.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Who keeps a board, and whether its sums are right: {@code boardcast_board_lease_held} (1 or 0)
 * and {@code boardcast_board_drift_rows} (what the last audit found; NaN where this node has none),
 * each by {@code board}.
 */
public final class AuditMeters {
  private final MeterRegistry registry;
  private final Gauge held;
  private final Gauge drift;
  private volatile double driftRows = Double.NaN;

  public AuditMeters(MeterRegistry registry, String board, BooleanSupplier isHeld) {
    this.registry = registry;
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

  /** What an audit found. */
  public void drifted(OptionalLong rows) {
    driftRows = rows.isPresent() ? rows.getAsLong() : Double.NaN;
  }

  /** Takes the gauges back, so that a later keeper on this registry can have its own. */
  public void close() {
    registry.remove(held);
    registry.remove(drift);
  }
}
