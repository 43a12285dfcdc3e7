/**
 * Folds facts into rollups, computes snapshots from them and broadcasts these.
 *
 * <p>{@link dev.boardcast.metrics.MetricsVerticle} runs the boards whose leases its node holds,
 * each by a {@code BoardScheduler}; {@code Fold} is the one transaction that turns facts into a
 * snapshot; {@link dev.boardcast.metrics.SnapshotCache} serves the latest ones to API and gateway.
 *
 * <p>Sub-packages do not use this package or each other: {@code history} keeps and serves past
 * snapshots, {@code ranges} computes a board for a range of time, {@code audit} compares rollups
 * with facts and rebuilds them.
 */
package dev.boardcast.metrics;
