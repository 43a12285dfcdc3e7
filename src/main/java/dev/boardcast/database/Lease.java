package dev.boardcast.database;

import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The right to do one job for the whole cluster, for a while: a row with holder, fencing token and
 * expiry, by the database's clock.
 *
 * <ul>
 *   <li>At most one holder at a time; a new holder has a higher token.
 *   <li>Work done under a lease renews it in the work's own transaction, so that a paused or
 *       split-off holder cannot write after another took over: see {@link #renew}.
 * </ul>
 */
public final class Lease {
  // The outer NOT EXISTS keeps those who only wait their turn from locking the holder's row.
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
   * @param name what the lease is for, such as {@code emitter.0}
   * @param holder this node, unique for this run of the process
   * @param ttl how long the right outlives its last renewal
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
   * Takes the lease when it is free, keeps it when it is ours.
   *
   * @return the fencing token, empty when another holds it
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
   * Renews inside a transaction and holds the row until it ends, so nobody else can take over
   * meanwhile.
   *
   * @return fails with {@link LeaseLostException} when another has taken over
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

  /** Gives the lease back, so that another node need not wait for it to expire. */
  public Future<Void> release(Pool pool, long token) {
    return pool.preparedQuery(RELEASE).execute(Tuple.of(name, holder, token)).mapEmpty();
  }
}
