package dev.boardcast.boards.yaml;

import dev.boardcast.spi.MetricDescription;
import java.util.Optional;

/**
 * A metric of a board file of version 2.
 *
 * @param path its place in the snapshot, without {@code .*}
 * @param by the dimension by which it is split
 * @param top how many keys of the dimension are shown; the others together are the key {@code
 *     other}
 * @param decimals to which the value is rounded; empty for an exact value
 * @param description for clients and pages
 */
record DeclaredMetric(
    SourcePosition position,
    String path,
    Measure measure,
    Optional<String> by,
    int top,
    MetricWindow window,
    Optional<Integer> decimals,
    MetricDescription description) {}
