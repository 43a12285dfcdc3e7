package dev.boardcast.metrics.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Registers the gauges {@code boardcast_board_lease_held} (1 or 0) and {@code
 * boardcast_board_drift_rows} (NaN where this node has no audit result), each by {@code board}.
 */
public final class AuditMeters {
  private final MeterRegistry registry;
  private final Gauge held;
  private final Gauge drift;

  /**
   * @param drift the result of the last audit, read at each scrape
   */
  public AuditMeters(
      MeterRegistry registry, String board, BooleanSupplier isHeld, Supplier<OptionalLong> drift) {
    this.registry = registry;
    held =
        Gauge.builder("boardcast.board.lease.held", () -> isHeld.getAsBoolean() ? 1 : 0)
            .description("1 where this node computes the board")
            .tag("board", board)
            .register(registry);
    this.drift =
        Gauge.builder("boardcast.board.drift.rows", () -> rows(drift.get()))
            .description("Rollup rows that the last audit found wrong; NaN where there was none")
            .tag("board", board)
            .register(registry);
  }

  /** Removes the gauges, so that a later scheduler on this registry can register its own. */
  public void close() {
    registry.remove(held);
    registry.remove(drift);
  }

  private static double rows(OptionalLong drift) {
    return drift.isPresent() ? drift.getAsLong() : Double.NaN;
  }
}
