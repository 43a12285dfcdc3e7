package dev.boardcast.database;

import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;

/**
 * Lets exactly one node of the cluster do a job: a row with holder, fencing token and expiry, by
 * the database's clock. Thread safe.
 *
 * <ul>
 *   <li>At most one holder at a time; a new holder has a higher token. {@link NodeHeartbeat}
 *       acquires and renews.
 *   <li>Work under a lease renews it in its own transaction, so that a paused or disconnected
 *       holder cannot write after another node has acquired it: see {@link #renew}.
 * </ul>
 */
public final class Lease {
  private static final String RENEW =
      """
      UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
      WHERE name = $1 AND holder = $2 AND token = $3""";

  private final String name;
  private final String holder;
  private final Duration ttl;

  /**
   * @param name of the job, such as {@code emitter.0}
   * @param holder this node, unique for this run of the process
   * @param ttl how long the lease outlives its last renewal
   */
  public Lease(String name, String holder, Duration ttl) {
    this.name = name;
    this.holder = holder;
    this.ttl = ttl;
  }

  public String name() {
    return name;
  }

  public String holder() {
    return holder;
  }

  public Duration ttl() {
    return ttl;
  }

  /**
   * Renews the lease in a transaction, whose row lock keeps other nodes from acquiring it until the
   * transaction ends.
   *
   * @return fails with {@link LeaseLostException} when another node holds the lease
   */
  public Future<Void> renew(SqlClient transaction, long token) {
    return transaction
        .preparedQuery(RENEW)
        .execute(Tuple.of(name, holder, token, (double) ttl.toMillis()))
        .compose(
            rows ->
                rows.rowCount() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new LeaseLostException(name)));
  }
}
