package dev.boardcast.metrics;

import dev.boardcast.spi.Snapshot;
import java.time.Instant;
import java.util.Optional;

/**
 * What came of a fold.
 *
 * @param nextTick when the numbers next change by time alone
 * @param isRebuildWanted whether somebody has asked for the board to be computed anew
 */
public record FoldResult(Snapshot snapshot, Optional<Instant> nextTick, boolean isRebuildWanted) {}
