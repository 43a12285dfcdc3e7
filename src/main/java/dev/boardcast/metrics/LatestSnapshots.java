package dev.boardcast.metrics;

import dev.boardcast.spi.Snapshot;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The newest snapshot of each board that this node knows, and how long it counts as current. */
final class LatestSnapshots {
  private record Known(Snapshot snapshot, long freshUntilNanos) {}

  private final LongSupplier nanoTime;
  private final Map<String, Known> byBoard = new ConcurrentHashMap<>();

  LatestSnapshots(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Takes a snapshot, unless it is older news. */
  void learn(Snapshot snapshot, Duration fresh) {
    var learned = new Known(snapshot, nanoTime.getAsLong() + fresh.toNanos());
    byBoard.merge(
        snapshot.board(),
        learned,
        (known, late) -> isNewer(known.snapshot(), snapshot) ? known : late);
  }

  /** What may be told without asking anyone. */
  Optional<Snapshot> fresh(String board) {
    var known = byBoard.get(board);
    return known != null && known.freshUntilNanos() - nanoTime.getAsLong() > 0
        ? Optional.of(known.snapshot())
        : Optional.empty();
  }

  /** What is better than nothing. */
  Optional<Snapshot> any(String board) {
    return Optional.ofNullable(byBoard.get(board)).map(Known::snapshot);
  }

  private static boolean isNewer(Snapshot known, Snapshot late) {
    return known.version() > late.version()
        || (known.version() == late.version() && known.timestamp().isAfter(late.timestamp()));
  }
}
