package dev.boardcast.sources;

import java.util.Optional;

/**
 * What a node knows of a source that it reads.
 *
 * @param problem one sentence for an operator; empty while changes become facts
 * @param pendingBytes size of the change table in another database; 0 in Boardcast's own
 * @param drift facts that the last count of all rows had to correct
 * @param progress of a count of all rows, from 0 to 1; 1 without one
 */
record SourceState(Optional<String> problem, long pendingBytes, long drift, double progress) {}
