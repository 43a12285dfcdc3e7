package dev.boardcast.metrics;

import dev.boardcast.spi.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The result of a fold.
 *
 * @param parts of the board that have changed
 * @param nextTick when the metrics next change by time alone
 * @param isRebuildRequested whether there is a request to recompute the board
 */
record FoldResult(
    Snapshot snapshot,
    List<Snapshot> parts,
    Optional<Instant> nextTick,
    boolean isRebuildRequested) {}
