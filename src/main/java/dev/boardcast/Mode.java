package dev.boardcast;

/** Where a node keeps its data. */
enum Mode {
  /** In PostgreSQL, with copies of snapshots in Redis. */
  STANDARD,
  /** In the memory of the cluster's nodes: streams and presence only, no boards. */
  BROADCAST
}
