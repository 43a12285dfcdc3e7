package dev.boardcast.metrics;

import dev.boardcast.engine.ComparedWith;
import dev.boardcast.metrics.ranges.Comparison;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Snapshot;
import java.time.Instant;
import java.util.Map;

/** A snapshot beside the history of some time before, or beside targets. */
record ComparedSnapshot(Snapshot snapshot, Compared compared, Map<String, Comparison> comparison) {
  /** With what the board has as targets. */
  static ComparedSnapshot withTargets(Board board, Snapshot snapshot) {
    var numbers = Comparison.numbers(snapshot.data());
    numbers.keySet().retainAll(board.targets().keySet());
    return new ComparedSnapshot(
        snapshot, Compared.withTargets(), Comparison.of(numbers, board.targets()));
  }

  /**
   * With what {@link EarlierNumbers} has found.
   *
   * @param earlier the numbers before
   */
  static ComparedSnapshot withHistory(
      Board board, Snapshot snapshot, ComparedWith with, EarlierNumbers earlier) {
    Instant now = snapshot.timestamp();
    var comparison = Comparison.of(Comparison.numbers(snapshot.data()), earlier.numbers());
    earlier
        .before()
        .forEach(
            (path, before) ->
                comparison.computeIfPresent(
                    path, (same, each) -> each.at(EarlierNumbers.minus(board, now, before))));
    Instant usual = EarlierNumbers.minus(board, now, EarlierNumbers.usual(with));
    return new ComparedSnapshot(snapshot, Compared.withSnapshot(with, usual), comparison);
  }
}
