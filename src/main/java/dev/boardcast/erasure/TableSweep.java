package dev.boardcast.erasure;

import dev.boardcast.database.Lease;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Changes the rows of one table that name a user, a range of blocks in each transaction, which also
 * renews the lease and counts the rows. Running it again is harmless.
 */
final class TableSweep {
  private static final int MAX_CONFLICTS = 10;
  private static final String BLOCKS =
      """
      SELECT pg_relation_size(to_regclass(quote_ident($1))) / current_setting('block_size')::bigint""";
  private static final String SETTINGS =
      """
      SELECT set_config('boardcast.erasing', 'on', true), set_config('jit', 'off', true)""";
  // Alone it is one snapshot: rows that were moved during the sweep are seen.
  private static final String LONG = "SET LOCAL statement_timeout = '600s'";

  private final Pool pool;
  private final Lease lease;
  private final long token;
  private final Erasure erasure;
  private final Tuple parameters;

  TableSweep(Pool pool, Lease lease, long token, Erasure erasure) {
    this.pool = pool;
    this.lease = lease;
    this.token = token;
    this.erasure = erasure;
    String regex = new NamePattern(erasure.user()).regex(erasure.texts());
    parameters = Tuple.of(erasure.user(), regex, erasure.pseudonym());
  }

  /** Changes the rows; returns how many. */
  Future<Long> change(SweptTable table) {
    return pool.preparedQuery(BLOCKS)
        .execute(Tuple.of(table.name()))
        .compose(
            rows -> {
              Long blocks = rows.iterator().next().getLong(0);
              return blocks == null ? Future.succeededFuture(0L) : blocks(table, 0, blocks, 0);
            });
  }

  /** Counts the rows that name the user. */
  Future<Long> count(SweptTable table) {
    return pool.withTransaction(
            tx ->
                tx.query(LONG)
                    .execute()
                    .compose(set -> tx.preparedQuery(table.count()).execute(parameters)))
        .map(rows -> rows.iterator().next().getLong(0))
        .recover(cause -> isGone(cause) ? Future.succeededFuture(0L) : Future.failedFuture(cause));
  }

  private Future<Long> blocks(SweptTable table, long from, long blocks, long changed) {
    if (from >= blocks) return Future.succeededFuture(changed);
    return block(table, from, MAX_CONFLICTS)
        .compose(rows -> blocks(table, from + SweptTable.BLOCKS, blocks, changed + rows));
  }

  private Future<Long> block(SweptTable table, long from, int conflicts) {
    return pool.withTransaction(tx -> block(tx, table, from))
        .recover(
            cause -> {
              if (isGone(cause)) return Future.succeededFuture(0L);
              return conflicts > 0 && isConflict(cause)
                  ? block(table, from, conflicts - 1)
                  : Future.failedFuture(cause);
            });
  }

  private Future<Long> block(SqlConnection tx, SweptTable table, long from) {
    Future<Long> sum =
        lease.renew(tx, token).compose(held -> tx.query(SETTINGS).execute()).map(set -> 0L);
    for (String statement : table.changes(from)) {
      sum =
          sum.compose(
              before ->
                  tx.preparedQuery(statement)
                      .execute(parameters)
                      .map(rows -> before + rows.rowCount()));
    }
    return sum.compose(
        rows ->
            rows == 0
                ? Future.succeededFuture(rows)
                : ErasureStore.count(tx, erasure.id(), table.name(), rows).map(rows));
  }

  /** A partition was dropped meanwhile. */
  private static boolean isGone(Throwable cause) {
    return cause instanceof PgException pg && "42P01".equals(pg.getSqlState());
  }

  private static boolean isConflict(Throwable cause) {
    return cause instanceof PgException pg
        && ("40001".equals(pg.getSqlState()) || "40P01".equals(pg.getSqlState()));
  }
}
