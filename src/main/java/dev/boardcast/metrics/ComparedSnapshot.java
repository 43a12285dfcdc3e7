package dev.boardcast.metrics;

import dev.boardcast.engine.ComparedWith;
import dev.boardcast.metrics.ranges.Comparison;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RangeSupport;
import dev.boardcast.spi.Snapshot;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;

/** A snapshot beside the history at the same time of another day, or beside targets. */
record ComparedSnapshot(Snapshot snapshot, Compared compared, Map<String, Comparison> comparison) {
  /** With what the board has as targets. */
  static ComparedSnapshot withTargets(Board board, Snapshot snapshot) {
    var numbers = Comparison.numbers(snapshot.data());
    numbers.keySet().retainAll(board.targets().keySet());
    return new ComparedSnapshot(
        snapshot, Compared.withTargets(), Comparison.of(numbers, board.targets()));
  }

  /** The time of the earlier snapshot: the same of the clock in the board's zone. */
  static Instant earlier(Board board, Snapshot snapshot, ComparedWith with) {
    ZoneId zone = board.ranges().map(RangeSupport::zone).orElse(ZoneOffset.UTC);
    var now = snapshot.timestamp().atZone(zone);
    return (with == ComparedWith.WEEK ? now.minusWeeks(1) : now.minusDays(1)).toInstant();
  }

  /**
   * @param at as {@link #earlier} says
   * @param past the numbers of that time
   */
  static ComparedSnapshot withHistory(
      Snapshot snapshot, ComparedWith with, Instant at, Map<String, BigDecimal> past) {
    return new ComparedSnapshot(
        snapshot,
        Compared.withSnapshot(with, at),
        Comparison.of(Comparison.numbers(snapshot.data()), past));
  }
}
