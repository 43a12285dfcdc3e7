package dev.boardcast.metric;

import dev.boardcast.bus.Snapshot;
import java.time.Instant;
import java.util.Optional;

/**
 * What came of a fold.
 *
 * @param nextTick when the numbers next change by time alone
 * @param isRebuildWanted whether somebody has asked for the board to be computed anew
 */
record Folded(Snapshot snapshot, Optional<Instant> nextTick, boolean isRebuildWanted) {}
