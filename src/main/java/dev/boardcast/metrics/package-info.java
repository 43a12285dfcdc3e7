/**
 * Numbers: facts fold into rollups, rollups become a snapshot, the snapshot is made known.
 *
 * <p>{@link dev.boardcast.spi.Board} is what a dashboard brings along; {@code Fold} the one way
 * facts become numbers; {@link dev.boardcast.metrics.MetricsVerticle} does it once per cluster;
 * {@link dev.boardcast.metrics.SnapshotCache} is where everyone reads.
 */
package dev.boardcast.metrics;
