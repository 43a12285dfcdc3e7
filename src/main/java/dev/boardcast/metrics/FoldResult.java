package dev.boardcast.metrics;

import dev.boardcast.spi.Snapshot;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of a fold.
 *
 * @param nextTick when the metrics next change by time alone
 * @param isRebuildRequested whether there is a request to recompute the board
 */
record FoldResult(Snapshot snapshot, Optional<Instant> nextTick, boolean isRebuildRequested) {}
