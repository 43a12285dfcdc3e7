package dev.boardcast.database;

import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Lets exactly one node of the cluster do a job: a row with holder, fencing token and expiry, by
 * the database's clock. Thread safe.
 *
 * <ul>
 *   <li>At most one holder at a time; a new holder has a higher token.
 *   <li>Work under a lease renews it in its own transaction, so that a paused or disconnected
 *       holder cannot write after another node has acquired it: see {@link #renew}.
 * </ul>
 */
public final class Lease {
  // The outer NOT EXISTS keeps waiting nodes from locking the holder's row.
  private static final String ACQUIRE =
      """
      INSERT INTO lease AS l (name, holder, token, expires_at)
      SELECT $1::text, $2::text, 1, clock_timestamp() + $3 * interval '1 millisecond'
      WHERE NOT EXISTS (
        SELECT FROM lease WHERE name = $1 AND holder <> $2 AND expires_at > clock_timestamp())
      ON CONFLICT (name) DO UPDATE
        SET token = CASE WHEN l.holder = $2 AND l.expires_at > clock_timestamp()
                         THEN l.token ELSE l.token + 1 END,
            holder = $2,
            expires_at = clock_timestamp() + $3 * interval '1 millisecond'
        WHERE l.holder = $2 OR l.expires_at <= clock_timestamp()
      RETURNING token""";
  private static final String RENEW =
      """
      UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
      WHERE name = $1 AND holder = $2 AND token = $3""";
  private static final String RELEASE =
      """
      UPDATE lease SET expires_at = '-infinity'
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
   * Acquires the lease if it is free, and renews it if this node holds it.
   *
   * @return the fencing token, empty when another node holds the lease
   */
  public Future<OptionalLong> acquire(Pool pool) {
    return pool.preparedQuery(ACQUIRE)
        .execute(Tuple.of(name, holder, (double) ttl.toMillis()))
        .map(
            rows ->
                rows.size() == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(rows.iterator().next().getLong(0)));
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

  /** Releases the lease, so that another node need not wait for its expiry. */
  public Future<Void> release(Pool pool, long token) {
    return pool.preparedQuery(RELEASE).execute(Tuple.of(name, holder, token)).mapEmpty();
  }
}
