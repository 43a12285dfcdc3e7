package dev.boardcast.testing;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;

/** Measures how many rows of facts each fold of a board reads, by PostgreSQL's counters. */
public final class FoldCost {
  // A session's counters are not reset by each transaction, so only their difference counts.
  private static final String COUNTERS =
      """
      SELECT coalesce(sum(seq_scan), 0)::bigint AS scans,
             coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint AS touched
      FROM pg_stat_xact_user_tables WHERE relname IN (%s)""";
  private static final String BEFORE =
      """
      SELECT set_config('cost.scans', scans::text, true),
             set_config('cost.touched', touched::text, true)
      FROM (%s) AS counters WHERE $1::pg_snapshot IS NOT NULL""";
  private static final String AFTER =
      """
      SELECT scans - current_setting('cost.scans')::bigint AS scans,
             touched - current_setting('cost.touched')::bigint AS touched
      FROM (%s) AS counters""";

  private volatile long touched;
  private volatile long scans;

  private FoldCost() {}

  /** Measures the board's folds from now on; takes its {@code beforeSnapshot} hook. */
  public static FoldCost of(HookedBoard board) {
    var cost = new FoldCost();
    String counters = COUNTERS.formatted("'" + String.join("', '", board.facts()) + "'");
    board.prepend(BEFORE.formatted(counters));
    board.beforeSnapshot =
        (tx, now, none) -> cost.read(tx.query(AFTER.formatted(counters)).execute());
    return cost;
  }

  /** Rows of facts that the last fold read. */
  public long touched() {
    return touched;
  }

  /** Sequential scans of fact tables in the last fold. */
  public long scans() {
    return scans;
  }

  private Future<?> read(Future<? extends Iterable<Row>> counters) {
    return counters.onSuccess(
        rows -> {
          Row row = rows.iterator().next();
          scans = row.getLong("scans");
          touched = row.getLong("touched");
        });
  }
}
