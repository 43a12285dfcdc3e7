package dev.boardcast.testing;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;

/** What each fold of a board reads of its facts, one way or another, by the database's counters. */
public final class FoldCost {
  // Counters of a session are not set back by each transaction: only their growth says something.
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

  /** Of the board's folds from now on; before the numbers are read, nothing else is done then. */
  public static FoldCost of(HookedBoard board) {
    var cost = new FoldCost();
    String counters = COUNTERS.formatted("'" + String.join("', '", board.facts()) + "'");
    board.first(BEFORE.formatted(counters));
    board.beforeNumbers =
        (tx, now, none) -> cost.read(tx.query(AFTER.formatted(counters)).execute());
    return cost;
  }

  /** Rows of facts that the last fold touched. */
  public long touched() {
    return touched;
  }

  /** How often the last fold went through all facts of a table. */
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
