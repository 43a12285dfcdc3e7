package dev.boardcast.metrics.history;

import dev.boardcast.database.Lease;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/** Maintains the partitions of the history tables, for tests of other packages. */
public final class PartitionMaintenance {
  private final HistoryPartitions partitions;

  public PartitionMaintenance(Pool pool, Lease lease, Clock clock) {
    partitions = new HistoryPartitions(pool, lease, HistoryConfig.DEFAULTS, clock);
  }

  /** Returns how many partitions were created and dropped; fails when the lease is lost. */
  public Future<Integer> run(long token) {
    return partitions.maintain(token).map(changes -> changes.created() + changes.dropped());
  }
}
