package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;

/**
 * Sums over facts that a module maintains itself, without {@link Board#fold} and without snapshots.
 *
 * <p>They are audited and recomputed on the same schedule as boards, by one node of the cluster at
 * a time; health and meters report them under {@link #name}.
 */
public interface AuditedSums {
  /** The name in health, meters and recomputation requests; no board has the same one. */
  String name();

  /**
   * Compares the sums with the facts in one consistent read. Writes nothing and blocks no writer.
   *
   * @param timeout how long the comparison may take; the future fails beyond it
   * @param maxFacts the most facts to compare in full; of more, a sample suffices
   * @return the number of rows that differ from what the facts say
   */
  Future<Long> audit(Pool pool, Duration timeout, int maxFacts);

  /**
   * Replaces the rows that differ from what the facts say. Facts may be written and sums may be
   * read meanwhile.
   *
   * @param transaction ended by the caller
   * @return the number of rows replaced
   */
  Future<Long> recompute(SqlClient transaction);
}
