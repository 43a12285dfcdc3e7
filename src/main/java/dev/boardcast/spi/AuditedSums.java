package dev.boardcast.spi;

import dev.boardcast.metrics.audit.AuditConfig;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;

/**
 * Sums of facts that are kept by other means than {@link Board#fold}, and told by others than
 * snapshots. They are audited and computed anew as those of boards are: by one node of the cluster
 * at a time, told by health and meters under their name.
 */
public interface AuditedSums {
  /** Unlike that of any board. */
  String name();

  /**
   * Compares sums with facts, as of one moment; changes nothing and holds up nobody.
   *
   * @return how many rows are not as the facts say; fails when it takes too long
   */
  Future<Long> audit(Pool pool, AuditConfig config);

  /**
   * Replaces the rows that are not as the facts say, while facts are written and sums are read.
   *
   * @return how many they were
   */
  Future<Long> recompute(SqlClient transaction);
}
