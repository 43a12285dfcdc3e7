package dev.boardcast.metrics;

import dev.boardcast.spi.Snapshot;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Holds the newest snapshot of each board that this node knows. Thread safe. */
final class LatestSnapshots {
  /**
   * @param announcedNanos when the holder of the board's lease announced it; before any time when
   *     it was found by a look-up
   */
  private record Entry(Snapshot snapshot, long freshUntilNanos, long announcedNanos) {}

  private final LongSupplier nanoTime;
  private final Map<String, Entry> byBoard = new ConcurrentHashMap<>();

  LatestSnapshots(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Adds a snapshot that the holder of the board's lease has announced, unless a newer one is
   * known.
   *
   * @param fresh how long the snapshot counts as current
   */
  void announced(Snapshot snapshot, Duration fresh) {
    long now = nanoTime.getAsLong();
    put(snapshot, new Entry(snapshot, now + fresh.toNanos(), now));
  }

  /**
   * Adds a snapshot that a look-up has found, unless a newer one is known.
   *
   * @param fresh how long the snapshot counts as current
   */
  void found(Snapshot snapshot, Duration fresh) {
    long now = nanoTime.getAsLong();
    put(snapshot, new Entry(snapshot, now + fresh.toNanos(), now - Long.MAX_VALUE / 2));
  }

  /**
   * Chooses between what a look-up has found and what was announced meanwhile: an answer cannot
   * judge what came after its question.
   *
   * @param askedNanos when the look-up began
   */
  Snapshot newest(Snapshot found, long askedNanos) {
    var known = byBoard.get(found.board());
    return known != null
            && known.announcedNanos() - askedNanos >= 0
            && isNewer(known.snapshot(), found)
        ? known.snapshot()
        : found;
  }

  private void put(Snapshot snapshot, Entry added) {
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
