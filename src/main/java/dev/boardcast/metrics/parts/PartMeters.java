package dev.boardcast.metrics.parts;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.function.BooleanSupplier;

/**
 * Registers the meters of a board's parts on this node: the gauge {@code boardcast_board_parts}
 * (NaN where this node does not compute the board) and the summary {@code
 * boardcast_board_parts_computed}, each by {@code board}.
 */
public final class PartMeters {
  /** Of a board without parameters. */
  public static final PartMeters NONE =
      new PartMeters(new CompositeMeterRegistry(), "none", () -> false);

  private final MeterRegistry registry;
  private final Gauge known;
  private final DistributionSummary computed;
  private volatile long count;

  /**
   * @param isHeld whether this node computes the board; asked at each scrape
   */
  public PartMeters(MeterRegistry registry, String board, BooleanSupplier isHeld) {
    this.registry = registry;
    known =
        Gauge.builder("boardcast.board.parts", () -> isHeld.getAsBoolean() ? count : Double.NaN)
            .description("Parts of the board that are kept up to date")
            .tag("board", board)
            .register(registry);
    computed =
        DistributionSummary.builder("boardcast.board.parts.computed")
            .description("Parts that a fold has computed")
            .tag("board", board)
            .register(registry);
  }

  /** So many parts are kept up to date. */
  void known(long parts) {
    count = parts;
  }

  /** A fold has computed so many parts. */
  void computed(int parts) {
    computed.record(parts);
  }

  /** Removes the gauge, so that a later scheduler on this registry can register its own. */
  public void close() {
    registry.remove(known);
  }
}
