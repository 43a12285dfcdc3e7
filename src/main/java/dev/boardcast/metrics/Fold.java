package dev.boardcast.metrics;

import dev.boardcast.database.Lease;
import dev.boardcast.metrics.audit.RollupRebuild;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How facts become numbers, for every board: in one repeatable-read transaction the lease is
 * renewed, fresh facts are added to the rollups, the numbers are read, and both the numbers and the
 * new watermark are saved.
 *
 * <ul>
 *   <li>The watermark is the transaction's own view of what is committed. The next fold takes what
 *       it does not contain: each fact is folded exactly once, whenever its writer commits.
 *   <li>Nothing is half done: a crash anywhere before the commit leaves the rollups, the watermark
 *       and what {@link Board#settle} writes as they were. No statement of a fold that failed comes
 *       after its end.
 *   <li>Numbers are never of an earlier moment than those before, though nodes' clocks differ a
 *       little; a clock that was set back is followed.
 *   <li>Cost grows with the number of fresh facts and of rollup rows, not of facts.
 * </ul>
 *
 * Thread safe, but of no use twice at once: folds of a board wait for each other on its lease.
 */
public final class Fold {
  /** A clock behind the last computation by more than that was set back. */
  static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(5);

  private static final int MAX_CONFLICTS = 5;
  // Before all history: every fact is fresh.
  public static final String NOTHING_SEEN = "1:1:";

  // Planned for few facts even where statistics are old or absent; a fold that has much to catch up
  // with may take longer than a request.
  private static final String BEGIN =
      """
      SELECT s.watermark::text AS watermark,
             s.changed_at,
             s.computed_at,
             coalesce(s.cluster <> cluster_id(), false) AS restored,
             EXISTS (SELECT FROM board_recompute r
                     WHERE r.board = $1 AND r.finished_at IS NULL) AS rebuild_wanted,
             set_config('statement_timeout', '600000', true),
             set_config('jit', 'off', true),
             set_config('enable_seqscan', 'off', true)
      FROM (SELECT) AS one LEFT JOIN board_state s ON s.board = $1""";

  // A version is also a time, so that it grows even over a database that was restored or made anew.
  private static final String SAVE =
      """
      INSERT INTO board_state AS s
        (board, watermark, cluster, version, data, computed_at, changed_at)
      VALUES ($1, pg_current_snapshot(), cluster_id(),
              (extract(epoch FROM clock_timestamp()) * 1000)::bigint, $2::text::json, $3, $3)
      ON CONFLICT (board) DO UPDATE
        SET watermark = excluded.watermark,
            cluster = excluded.cluster,
            version = CASE WHEN s.data::text = excluded.data::text THEN s.version
                           ELSE greatest(s.version + 1, excluded.version) END,
            data = excluded.data,
            computed_at = excluded.computed_at,
            changed_at = CASE WHEN s.data::text = excluded.data::text
                              THEN least(s.changed_at, excluded.changed_at)
                              ELSE excluded.changed_at END
      RETURNING version""";

  private static final String IS_DUE =
      """
      SELECT has_fresh($1, $2::text[]) OR EXISTS (
        SELECT FROM board_recompute WHERE board = $1 AND finished_at IS NULL)""";

  // Transaction numbers of another server may come true here; 3 is in every server's past.
  private static final String SETTLE =
      "UPDATE %s SET tx = '3' WHERE tx >= pg_snapshot_xmin(pg_current_snapshot())";

  // A number that is visible though it is not yet given out is of another server.
  private static final String IS_UNSETTLED =
      "SELECT EXISTS (SELECT FROM %s WHERE tx >= pg_snapshot_xmax(pg_current_snapshot()))";

  private final Pool pool;
  private final Lease lease;
  private final Board board;
  private final HistoryStore history;
  private final Clock clock;

  Fold(Pool pool, Lease lease, Board board, HistoryStore history, Clock clock) {
    this.pool = pool;
    this.lease = lease;
    this.board = board;
    this.history = history;
    this.clock = clock;
  }

  /**
   * Folds fresh facts and reads the numbers. On a database that was restored elsewhere, or never
   * folded, it computes them from all facts.
   *
   * @param token of the lease
   * @return after commit; fails with {@link Lease.Lost} when another has taken over
   */
  Future<FoldResult> run(long token) {
    return attempt(token, Optional.empty(), MAX_CONFLICTS);
  }

  /**
   * As {@link #run}, with rollups that were computed anew in the place of those in use. Does not
   * {@link RollupRebuild#drop} them.
   *
   * @param rebuild prepared
   */
  public Future<FoldResult> exchange(long token, RollupRebuild rebuild) {
    return attempt(token, Optional.of(rebuild), MAX_CONFLICTS);
  }

  /**
   * Whether there are committed facts that are not folded, or a rebuild is asked for; costs no more
   * than index look-ups.
   */
  Future<Boolean> isDue() {
    return pool.preparedQuery(IS_DUE)
        .execute(
            Tuple.tuple()
                .addString(board.name())
                .addArrayOfString(board.facts().toArray(String[]::new)))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private Future<FoldResult> attempt(long token, Optional<RollupRebuild> rebuild, int conflicts) {
    return (rebuild.isPresent()
            ? fold(rebuild.get().connection(), token, rebuild)
            : pool.getConnection().compose(own -> fold(own, token, rebuild).eventually(own::close)))
        .recover(
            cause ->
                conflicts > 0 && isConflict(cause)
                    ? attempt(token, rebuild, conflicts - 1)
                    : Future.failedFuture(cause));
  }

  private Future<FoldResult> fold(SqlConnection tx, long token, Optional<RollupRebuild> rebuild) {
    long startNanos = System.nanoTime();
    var begun = tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute();
    var renewed = lease.renew(tx, token);
    var state = tx.preparedQuery(BEGIN).execute(Tuple.of(board.name()));
    return Future.all(begun, renewed, state)
        .compose(ready -> add(tx, state.result().iterator().next(), rebuild))
        .compose(
            computed -> {
              // A long fold must not end with a right that ended before it.
              boolean isLong = System.nanoTime() - startNanos > lease.ttl().toNanos() / 3;
              return isLong
                  ? lease.renew(tx, token).map(computed)
                  : Future.succeededFuture(computed);
            })
        .compose(computed -> save(tx, computed))
        .recover(cause -> rollback(tx, cause));
  }

  /**
   * @param changed since when the numbers stored until now hold; null when there are none
   */
  private record Computed(
      RawJson data,
      Instant at,
      OffsetDateTime changed,
      Optional<Instant> nextTick,
      boolean isRebuildWanted) {}

  // Statements of one connection run in the order in which they are sent: no need to wait between.
  private Future<Computed> add(SqlConnection tx, Row state, Optional<RollupRebuild> rebuild) {
    List<Future<?>> steps = new ArrayList<>();
    rebuild.ifPresent(fresh -> steps.add(fresh.catchUp()));
    String watermark = state.getString("watermark");
    if (watermark == null || state.getBoolean("restored")) {
      watermark = NOTHING_SEEN;
      steps.add(tx.query("SET LOCAL enable_seqscan = on").execute());
      for (String facts : board.facts()) steps.add(settle(tx, facts));
      for (String rollup : board.rollups()) steps.add(tx.query("DELETE FROM " + rollup).execute());
    }
    for (String sql : board.fold()) steps.add(tx.preparedQuery(sql).execute(Tuple.of(watermark)));
    rebuild.ifPresent(fresh -> steps.add(fresh.exchange()));
    Instant now = now(state.getOffsetDateTime("computed_at"));
    var data = Future.succeededFuture().compose(folded -> board.settle(tx, now));
    steps.add(data);
    var tick = Future.succeededFuture().compose(folded -> board.nextTick(tx, now));
    steps.add(tick);
    // Also after a failure: what still comes of an earlier step must not come after the rollback.
    return Future.join(steps)
        .map(
            done ->
                new Computed(
                    data.result(),
                    now,
                    state.getOffsetDateTime("changed_at"),
                    tick.result(),
                    rebuild.isEmpty() && state.getBoolean("rebuild_wanted")));
  }

  private Instant now(OffsetDateTime last) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (last == null) return now;
    Instant before = last.toInstant();
    boolean isSetBack = now.isBefore(before.minus(CLOCK_DIFFERENCE));
    return now.isBefore(before) && !isSetBack ? before : now;
  }

  /** A guest must not: what it settles, its owner might not have folded. */
  private Future<?> settle(SqlConnection tx, String facts) {
    if (!board.isGuest()) return tx.query(SETTLE.formatted(facts)).execute();
    return tx.query(IS_UNSETTLED.formatted(facts))
        .execute()
        .map(
            rows -> {
              if (rows.iterator().next().getBoolean(0)) {
                throw new IllegalStateException(
                    "the board that owns " + facts + " must fold what was restored there first");
              }
              return rows;
            });
  }

  private Future<FoldResult> save(SqlConnection tx, Computed computed) {
    var kept =
        computed.changed() == null
            ? Future.succeededFuture()
            : history.keep(
                tx, board.name(), computed.changed().toInstant(), computed.at(), computed.data());
    var saved =
        tx.preparedQuery(SAVE)
            .execute(
                Tuple.of(
                    board.name(), computed.data().text(), computed.at().atOffset(ZoneOffset.UTC)));
    var committed = tx.query("COMMIT").execute();
    return Future.all(kept, saved, committed)
        .map(done -> saved.result().iterator().next().getLong("version"))
        .map(
            version ->
                new FoldResult(
                    new Snapshot(
                        board.name(),
                        version,
                        computed.at(),
                        computed.at(),
                        false,
                        computed.data()),
                    computed.nextTick(),
                    computed.isRebuildWanted()));
  }

  private static Future<FoldResult> rollback(SqlConnection connection, Throwable cause) {
    return connection
        .query("ROLLBACK")
        .execute()
        .transform(rolledBack -> Future.failedFuture(cause));
  }

  private static boolean isConflict(Throwable cause) {
    return cause instanceof PgException pg
        && ("40001".equals(pg.getSqlState()) || "40P01".equals(pg.getSqlState()));
  }
}
