/**
 * Numbers: facts fold into rollups, rollups become a snapshot, the snapshot is made known.
 *
 * <p>{@link dev.boardcast.metric.Board} is what a dashboard brings along; {@code Fold} the one way
 * facts become numbers; {@link dev.boardcast.metric.MetricsVerticle} does it once per cluster;
 * {@link dev.boardcast.metric.SnapshotCache} is where everyone reads.
 */
package dev.boardcast.metric;
