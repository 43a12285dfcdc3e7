/** Metrics of a board for a range of time, computed from its rollups on request. */
package dev.boardcast.metrics.ranges;
