package dev.boardcast.erasure;

import dev.boardcast.database.Lease;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Set;

/**
 * Changes the rows of one table that name a user, a range of blocks in each transaction, which also
 * renews the lease and counts the rows. Running it again is harmless.
 */
final class TableSweep {
  private static final int MAX_CONFLICTS = 10;
  private static final String SIZE =
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
    parameters = parameters(erasure);
  }

  /** The parameters of the statements of a {@link SweptTable}. */
  static Tuple parameters(Erasure erasure) {
    var pattern = new NamePattern(erasure.user());
    return Tuple.of(erasure.user(), pattern.terms(erasure.texts()), erasure.pseudonym())
        .addString(pattern.encoded())
        .addString(pattern.json());
  }

  /**
   * Changes the rows; returns how many.
   *
   * @param boards that count them; these are to be recomputed
   */
  Future<Long> change(SweptTable table, Set<String> boards) {
    return size(pool, table).compose(blocks -> blocks(table, boards, 0, blocks, 0));
  }

  /** Whether a row names the user. */
  Future<Boolean> isFound(SweptTable table) {
    return pool.withTransaction(
            tx ->
                tx.query(LONG)
                    .execute()
                    .compose(set -> tx.preparedQuery(table.isFound()).execute(parameters)))
        .map(rows -> rows.iterator().next().getBoolean(0))
        .recover(
            cause -> isGone(cause) ? Future.succeededFuture(false) : Future.failedFuture(cause));
  }

  /** How many blocks a table has; none if it is gone. */
  static Future<Long> size(Pool pool, SweptTable table) {
    return pool.preparedQuery(SIZE)
        .execute(Tuple.of(table.name()))
        .map(rows -> rows.iterator().next().getLong(0))
        .map(blocks -> blocks == null ? 0 : blocks);
  }

  private Future<Long> blocks(
      SweptTable table, Set<String> boards, long from, long blocks, long changed) {
    if (from >= blocks) return Future.succeededFuture(changed);
    return block(table, boards, from, MAX_CONFLICTS)
        .compose(rows -> blocks(table, boards, from + SweptTable.BLOCKS, blocks, changed + rows));
  }

  private Future<Long> block(SweptTable table, Set<String> boards, long from, int conflicts) {
    return pool.withTransaction(tx -> block(tx, table, boards, from))
        .recover(
            cause -> {
              if (isGone(cause)) return Future.succeededFuture(0L);
              return conflicts > 0 && isConflict(cause)
                  ? block(table, boards, from, conflicts - 1)
                  : Future.failedFuture(cause);
            });
  }

  private Future<Long> block(SqlConnection tx, SweptTable table, Set<String> boards, long from) {
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
                : ErasureStore.changed(tx, erasure.id(), table.root(), rows, boards).map(rows));
  }

  /** A partition was dropped meanwhile. */
  static boolean isGone(Throwable cause) {
    return cause instanceof PgException pg && "42P01".equals(pg.getSqlState());
  }

  private static boolean isConflict(Throwable cause) {
    return cause instanceof PgException pg
        && ("40001".equals(pg.getSqlState()) || "40P01".equals(pg.getSqlState()));
  }
}
