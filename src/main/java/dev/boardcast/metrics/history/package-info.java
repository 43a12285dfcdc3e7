/**
 * Past snapshots of the boards: stored when a fold replaces one, in three tiers of decreasing
 * resolution; partitioned by time and dropped when they are too old; served as JSON and CSV.
 */
package dev.boardcast.metrics.history;
