package dev.boardcast.metrics.seal;

import dev.boardcast.database.Lease;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.metrics.audit.SealedSums;
import dev.boardcast.metrics.audit.ShadowTables;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Drops facts of a board that are older than an age, and adds what they made to the sealed sums, in
 * one repeatable-read transaction of bounded size. The board's own fold computes the sums: it runs
 * over views that show the picked facts alone, and writes to views of the sealed sums.
 *
 * <ul>
 *   <li>Only facts that are folded are dropped. Rollups in use are not touched, so that folds and
 *       writers do not wait.
 *   <li>The bound moves in the same transaction: from then on a trigger refuses facts of before it,
 *       as their event ids are forgotten.
 *   <li>While a recomputation is requested or a user is erased, nothing is dropped.
 * </ul>
 */
public final class FactSeal {
  // The snapshot must be later than the lock, under which erasures and new declarations wait for
  // drops in progress.
  private static final String START =
      "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE fact_seal IN ROW EXCLUSIVE MODE";
  private static final String BEGIN =
      """
      SELECT s.watermark::text AS watermark,
             set_config('statement_timeout', '120000', true),
             set_config('jit', 'off', true),
             set_config('enable_seqscan', 'off', true)
      FROM board_state s JOIN lease l ON (l.name, l.holder, l.token) = ($2, $3, $4)
      WHERE s.board = $1 AND coalesce(s.cluster = cluster_id(), true)
        AND NOT EXISTS (SELECT FROM erasure e WHERE e.finished_at IS NULL AND NOT e.dry_run)
        AND NOT EXISTS (SELECT FROM board_recompute r
                        WHERE r.board = $1 AND r.finished_at IS NULL)""";
  // A node's clock may be ahead by days: then the database's counts.
  private static final String OLD =
      """
      %1$s < least('%2$s'::timestamptz, clock_timestamp() - interval '%3$d milliseconds', %4$s)""";
  private static final String HAS_OLD = "SELECT EXISTS (SELECT FROM %s WHERE %s)";
  private static final String PICK =
      """
      CREATE TEMP TABLE picked_%1$d AS
      SELECT ctid AS place, %3$s AS time FROM %2$s
      WHERE %4$s AND pg_visible_in_snapshot(tx, '%5$s'::pg_snapshot)
      ORDER BY %3$s, tx LIMIT %6$d""";
  private static final String COUNT = "SELECT count(*) FROM picked_%d";
  private static final String PICKED = "ctid = ANY (ARRAY(SELECT place FROM picked_%d))";
  private static final String FACTS = "CREATE TEMP VIEW %s AS SELECT * FROM %s WHERE %s";
  private static final String SUMS = "CREATE TEMP VIEW %s AS SELECT * FROM %s";
  private static final String DROP = "DELETE FROM %s WHERE %s";
  private static final String RECORD =
      """
      INSERT INTO fact_seal AS s (facts, board, time, sealed_before, dropped, seals)
      SELECT '%2$s', '%3$s', '%4$s', date_trunc('milliseconds', max(time)) + interval '1 millisecond',
             count(*), 1
      FROM picked_%1$d HAVING count(*) > 0
      ON CONFLICT (facts) DO UPDATE
        SET board = excluded.board, time = excluded.time,
            sealed_before = greatest(s.sealed_before, excluded.sealed_before),
            dropped = s.dropped + excluded.dropped, seals = s.seals + 1""";

  private final Pool pool;
  private final Lease lease;
  private final Board board;
  private final Duration keep;
  private final int batch;
  private final SealTables tables;

  /**
   * @param lease of the board
   * @param board with {@link Board#sealing}
   * @param keep the age from which facts are dropped
   * @param batch most facts of each table in one transaction
   */
  public FactSeal(Pool pool, Lease lease, Board board, Duration keep, int batch) {
    this.pool = pool;
    this.lease = lease;
    this.board = board;
    this.keep = keep;
    this.batch = batch;
    tables = new SealTables(board);
  }

  /** A fact table, by its place among those of the board. */
  private record Facts(int place, String name, String full) {
    String picked() {
      return PICKED.formatted(place);
    }
  }

  /**
   * Drops facts once.
   *
   * @param token of the lease; with another one nothing is dropped
   * @return how many, of the table with the most; there may be more if it is a batch
   */
  public Future<Long> run(long token, Instant now) {
    var sealing = board.sealing().orElseThrow();
    String old = OLD.formatted(sealing.time(), now.minus(keep), keep.toMillis(), sealing.before());
    return pool.getConnection()
        .compose(
            own ->
                hasOld(own, old)
                    .compose(
                        isDue ->
                            isDue
                                ? tables.create(own).compose(made -> drop(own, token, old))
                                : Future.succeededFuture(0L))
                    .eventually(() -> ShadowTables.drop(own)));
  }

  private Future<Boolean> hasOld(SqlConnection own, String old) {
    Future<Boolean> found = Future.succeededFuture(false);
    for (String facts : board.facts()) {
      found =
          found.compose(
              before ->
                  before
                      ? Future.succeededFuture(true)
                      : own.query(HAS_OLD.formatted(facts, old))
                          .execute()
                          .map(rows -> rows.iterator().next().getBoolean(0)));
    }
    return found;
  }

  private Future<Long> drop(SqlConnection own, long token, String old) {
    return own.query(START)
        .execute()
        .compose(
            begun ->
                own.preparedQuery(BEGIN)
                    .execute(Tuple.of(board.name(), lease.name(), lease.holder(), token)))
        .compose(
            rows -> {
              for (Row row : rows) return drop(own, row.getString("watermark"), old);
              return Future.succeededFuture(0L);
            })
        .compose(dropped -> own.query("COMMIT").execute().map(dropped))
        .recover(
            cause ->
                own.query("ROLLBACK")
                    .execute()
                    .transform(rolledBack -> Future.failedFuture(cause)));
  }

  private Future<Long> drop(SqlConnection tx, String watermark, String old) {
    return ShadowTables.names(tx, board.facts())
        .compose(
            names -> {
              List<Facts> facts = new ArrayList<>();
              names.forEach((name, full) -> facts.add(new Facts(facts.size(), name, full)));
              return pick(tx, facts, watermark, old)
                  .compose(
                      picked ->
                          picked == 0
                              ? Future.succeededFuture(picked)
                              : ShadowTables.names(tx, board.rollups())
                                  .compose(rollups -> seal(tx, facts, rollups))
                                  .map(picked));
            });
  }

  private Future<Long> pick(SqlConnection tx, List<Facts> facts, String watermark, String old) {
    String time = board.sealing().orElseThrow().time();
    Future<Long> most = Future.succeededFuture(0L);
    for (Facts each : facts) {
      String sql = PICK.formatted(each.place(), each.full(), time, old, watermark, batch);
      most =
          most.compose(
              before ->
                  tx.query(sql)
                      .execute()
                      .compose(made -> tx.query(COUNT.formatted(each.place())).execute())
                      .map(rows -> Math.max(before, rows.iterator().next().getLong(0))));
    }
    return most;
  }

  private Future<?> seal(SqlConnection tx, List<Facts> facts, Map<String, String> rollups) {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    String time = board.sealing().orElseThrow().time().replace("'", "''");
    for (Facts each : facts) {
      before.add(FACTS.formatted(each.name(), each.full(), each.picked()));
      after.add(DROP.formatted(each.full(), each.picked()));
      after.add(RECORD.formatted(each.place(), each.name(), board.name(), time));
    }
    for (String rollup : rollups.keySet()) {
      before.add(SUMS.formatted(rollup, SealedSums.table(rollup)));
    }
    // Statements prepared before refer to the tables in use.
    before.add("DISCARD PLANS");
    Future<?> step = Future.succeededFuture();
    for (String sql : before) step = step.compose(done -> tx.query(sql).execute());
    for (String sql : board.fold()) {
      String own = SealedSums.merging(sql, rollups.keySet());
      step = step.compose(done -> tx.preparedQuery(own).execute(Tuple.of(RollupAudit.BEFORE_ALL)));
    }
    for (String sql : after) step = step.compose(done -> tx.query(sql).execute());
    return step;
  }
}
