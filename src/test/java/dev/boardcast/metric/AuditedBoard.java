package dev.boardcast.metric;

import dev.boardcast.bus.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A board that, in the very transaction of each fold, compares rollups with the facts, and tells
 * how many facts the fold has touched; and that may end its own connection on the way.
 */
final class AuditedBoard implements Board {
  /** Where the connection ends. */
  enum Crash {
    NEVER,
    BEFORE_FOLD,
    AFTER_FOLD,
    AFTER_SNAPSHOT
  }

  private static final String KILL =
      "SELECT pg_terminate_backend(pg_backend_pid()) WHERE $1::pg_snapshot IS NOT NULL";

  // Counters of a session are not set back by each transaction: only their growth says something.
  private static final String COUNTERS =
      """
      SELECT coalesce(sum(seq_scan), 0)::bigint AS scans,
             coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint AS touched
      FROM pg_stat_xact_user_tables WHERE relname = '%s'""";

  private final Board board;
  private final String rollup;
  private final String facts;

  volatile Crash crash = Crash.NEVER;
  volatile long factsTouched;
  volatile long tableScans;

  /**
   * @param rollup a query for the rollups, and {@code facts} one over the facts with the same rows
   */
  AuditedBoard(Board board, String rollup, String facts) {
    this.board = board;
    this.rollup = rollup;
    this.facts = facts;
  }

  @Override
  public String name() {
    return board.name();
  }

  @Override
  public String title() {
    return board.title();
  }

  @Override
  public List<MetricDescription> metrics() {
    return board.metrics();
  }

  @Override
  public List<String> facts() {
    return board.facts();
  }

  @Override
  public List<String> rollups() {
    return board.rollups();
  }

  @Override
  public List<String> fold() {
    var steps = new ArrayList<String>();
    steps.add(
        """
        SELECT set_config('audit.scans', scans::text, true),
               set_config('audit.touched', touched::text, true)
        FROM (%s) AS counters WHERE $1::pg_snapshot IS NOT NULL"""
            .formatted(counters()));
    steps.addAll(board.fold());
    if (crash == Crash.BEFORE_FOLD) steps.add(0, KILL);
    if (crash == Crash.AFTER_FOLD) steps.add(KILL);
    return steps;
  }

  @Override
  public Future<RawJson> snapshot(SqlClient transaction, Instant now) {
    return transaction
        .query(
            """
            SELECT scans - current_setting('audit.scans')::bigint AS scans,
                   touched - current_setting('audit.touched')::bigint AS touched
            FROM (%s) AS counters"""
                .formatted(counters()))
        .execute()
        .compose(
            rows -> {
              Row row = rows.iterator().next();
              tableScans = row.getLong("scans");
              factsTouched = row.getLong("touched");
              return transaction
                  .query("(%1$s EXCEPT %2$s) UNION ALL (%2$s EXCEPT %1$s)".formatted(rollup, facts))
                  .execute();
            })
        .compose(
            differences ->
                differences.size() == 0
                    ? board.snapshot(transaction, now)
                    : Future.failedFuture(
                        new AssertionError("rollups differ from facts: " + differences.size())))
        .compose(
            numbers ->
                crash == Crash.AFTER_SNAPSHOT
                    ? transaction
                        .query("SELECT pg_terminate_backend(pg_backend_pid())")
                        .execute()
                        .map(numbers)
                    : Future.succeededFuture(numbers));
  }

  private String counters() {
    return COUNTERS.formatted(board.facts().get(0));
  }
}
