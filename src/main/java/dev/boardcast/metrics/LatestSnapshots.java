package dev.boardcast.metrics;

import dev.boardcast.spi.Snapshot;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Holds the newest snapshot of each board that this node knows. Thread safe. */
final class LatestSnapshots {
  private record Entry(Snapshot snapshot, long freshUntilNanos) {}

  private final LongSupplier nanoTime;
  private final Map<String, Entry> byBoard = new ConcurrentHashMap<>();

  LatestSnapshots(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Adds a snapshot, unless a newer one is known.
   *
   * @param fresh how long the snapshot counts as current
   */
  void put(Snapshot snapshot, Duration fresh) {
    var added = new Entry(snapshot, nanoTime.getAsLong() + fresh.toNanos());
    byBoard.merge(
        snapshot.board(),
        added,
        (known, late) -> isNewer(known.snapshot(), snapshot) ? known : late);
  }

  /** The snapshot, if it counts as current. */
  Optional<Snapshot> fresh(String board) {
    var known = byBoard.get(board);
    return known != null && known.freshUntilNanos() - nanoTime.getAsLong() > 0
        ? Optional.of(known.snapshot())
        : Optional.empty();
  }

  /** The snapshot, however old. */
  Optional<Snapshot> any(String board) {
    return Optional.ofNullable(byBoard.get(board)).map(Entry::snapshot);
  }

  private static boolean isNewer(Snapshot known, Snapshot late) {
    return known.version() > late.version()
        || (known.version() == late.version() && known.timestamp().isAfter(late.timestamp()));
  }
}
