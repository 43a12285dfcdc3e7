package dev.boardcast.metrics;

import dev.boardcast.database.Lease;
import dev.boardcast.engine.SnapshotWatch;
import dev.boardcast.metrics.audit.RollupAudit;
import dev.boardcast.metrics.audit.RollupRebuild;
import dev.boardcast.metrics.audit.SealedSums;
import dev.boardcast.metrics.history.HistoryStore;
import dev.boardcast.metrics.parts.PartFold;
import dev.boardcast.metrics.parts.PartMeters;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.LeaseLostException;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Folds a board's new facts into its rollups and computes its snapshot, in one repeatable-read
 * transaction that also renews the lease and saves the new watermark.
 *
 * <ul>
 *   <li>The watermark is the transaction's own view of what is committed. The next fold takes what
 *       it does not contain: each fact is folded exactly once, whenever its writer commits.
 *   <li>A crash before the commit leaves rollups, watermark and what {@link Board#settle} writes
 *       unchanged. No statement of a failed fold runs after its rollback.
 *   <li>A snapshot is never of an earlier moment than the one before, though nodes' clocks differ a
 *       little; a clock that was set back is followed.
 *   <li>Cost grows with the number of new facts and of rollup rows, not of facts.
 * </ul>
 *
 * Thread safe; concurrent folds of a board wait for each other on its lease.
 */
final class Fold {
  /** A clock behind the last computation by more than this was set back. */
  static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(5);

  private static final int MAX_CONFLICTS = 5;

  // Transaction ids of another server may be assigned here later; 3 is in every server's past.
  private static final String SETTLE =
      "UPDATE %s SET tx = '3' WHERE tx >= pg_snapshot_xmin(pg_current_snapshot())";

  // An id that is visible though it is not assigned yet is of another server.
  private static final String IS_UNSETTLED =
      "SELECT EXISTS (SELECT FROM %s WHERE tx >= pg_snapshot_xmax(pg_current_snapshot()))";

  private final Pool pool;
  private final Lease lease;
  private final Board board;
  private final BoardState state;
  private final HistoryStore history;
  private final PartFold parts;
  private final Clock clock;
  private final SnapshotWatch watch;

  Fold(Pool pool, Lease lease, Board board, HistoryStore history, Clock clock) {
    this(pool, lease, board, history, clock, SnapshotWatch.NONE, PartMeters.NONE);
  }

  /**
   * @param watch writes what follows from a snapshot, in the transaction of its fold
   */
  Fold(
      Pool pool,
      Lease lease,
      Board board,
      HistoryStore history,
      Clock clock,
      SnapshotWatch watch,
      PartMeters meters) {
    this.watch = watch;
    this.pool = pool;
    this.lease = lease;
    this.board = board;
    this.state = new BoardState(board);
    this.history = history;
    this.parts = new PartFold(board, history, meters);
    this.clock = clock;
  }

  /**
   * Folds new facts and computes the snapshot; from all facts when the board was never folded or
   * the database was restored on another server.
   *
   * @param token of the lease
   * @return after commit; fails with {@link LeaseLostException} when another node holds the lease
   */
  Future<FoldResult> run(long token) {
    return attempt(token, Optional.empty(), MAX_CONFLICTS);
  }

  /**
   * As {@link #run}, and replaces the rollups by those of a rebuild. Does not {@link
   * RollupRebuild#drop} it.
   *
   * @param rebuild prepared
   */
  Future<FoldResult> exchange(long token, RollupRebuild rebuild) {
    return attempt(token, Optional.of(rebuild), MAX_CONFLICTS);
  }

  /** Whether there are facts to fold or a rebuild is requested; costs a few index look-ups. */
  Future<Boolean> isDue() {
    return state.isDue(pool);
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
    var stored = state.begin(tx);
    var watched = watch.begin(tx, board.name());
    return Future.join(begun, renewed, stored, watched)
        .compose(ready -> add(tx, stored.result(), rebuild))
        .compose(computed -> addParts(tx, computed, rebuild.isPresent()))
        .compose(
            computed -> {
              // The lease must not expire during a long fold.
              boolean isLong = System.nanoTime() - startNanos > lease.ttl().toNanos() / 3;
              return isLong
                  ? lease.renew(tx, token).map(computed)
                  : Future.succeededFuture(computed);
            })
        .compose(computed -> save(tx, computed, watched.result()))
        .recover(cause -> rollback(tx, cause));
  }

  /**
   * What a fold has computed and not saved yet.
   *
   * @param watermark since which facts were new
   * @param parts of the board that have changed
   * @param previousSince since when the snapshot stored until now holds; null when there is none
   */
  private record Computed(
      RawJson data,
      String watermark,
      List<Snapshot> parts,
      Instant at,
      Instant previousSince,
      Optional<Instant> nextTick,
      boolean isRebuildRequested) {
    Computed with(List<Snapshot> others) {
      return new Computed(data, watermark, others, at, previousSince, nextTick, isRebuildRequested);
    }
  }

  private Future<Computed> addParts(SqlConnection tx, Computed computed, boolean isRebuilt) {
    return parts.run(tx, computed.watermark(), computed.at(), isRebuilt).map(computed::with);
  }

  // Statements of one connection run in the order in which they are sent: no need to wait between.
  private Future<Computed> add(
      SqlConnection tx, BoardState.Stored stored, Optional<RollupRebuild> rebuild) {
    List<Future<?>> steps = new ArrayList<>();
    rebuild.ifPresent(fresh -> steps.add(fresh.catchUp()));
    if (stored.watermark() == null || stored.isRestored()) {
      steps.add(tx.query("SET LOCAL enable_seqscan = on").execute());
      for (String facts : board.facts()) steps.add(settle(tx, facts));
      for (String rollup : board.rollups()) steps.add(tx.query("DELETE FROM " + rollup).execute());
      return Future.join(steps)
          .compose(empty -> SealedSums.begin(tx, board))
          .compose(begun -> add(tx, stored, rebuild, RollupAudit.BEFORE_ALL, new ArrayList<>()));
    }
    return add(tx, stored, rebuild, stored.watermark(), steps);
  }

  /**
   * @param steps that were sent before
   */
  private Future<Computed> add(
      SqlConnection tx,
      BoardState.Stored stored,
      Optional<RollupRebuild> rebuild,
      String watermark,
      List<Future<?>> steps) {
    for (String sql : board.fold()) steps.add(tx.preparedQuery(sql).execute(Tuple.of(watermark)));
    rebuild.ifPresent(fresh -> steps.add(fresh.exchange()));
    Instant now = now(stored.computedAt());
    var data = Future.succeededFuture().compose(folded -> board.afterFold(tx, now));
    steps.add(data);
    var tick = Future.succeededFuture().compose(folded -> board.nextChange(tx, now));
    steps.add(tick);
    // Waits for all steps after a failure, too: none may run after the rollback.
    return Future.join(steps)
        .map(
            done ->
                new Computed(
                    data.result(),
                    watermark,
                    List.of(),
                    now,
                    stored.changedAt(),
                    tick.result(),
                    rebuild.isEmpty() && stored.isRebuildRequested()));
  }

  private Instant now(Instant last) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (last == null) return now;
    boolean isSetBack = now.isBefore(last.minus(CLOCK_DIFFERENCE));
    return now.isBefore(last) && !isSetBack ? last : now;
  }

  /** Makes restored facts count as committed; only the board that owns the table may do so. */
  private Future<?> settle(SqlConnection tx, String facts) {
    if (!board.isForeignSql()) return tx.query(SETTLE.formatted(facts)).execute();
    return tx.query(IS_UNSETTLED.formatted(facts))
        .execute()
        .map(
            rows -> {
              if (rows.iterator().next().getBoolean(0)) {
                throw new IllegalStateException(
                    "the board that owns " + facts + " must fold the restored facts first");
              }
              return rows;
            });
  }

  private Future<FoldResult> save(
      SqlConnection tx, Computed computed, Optional<SnapshotWatch.Step> watched) {
    var kept =
        computed.previousSince() == null
            ? Future.succeededFuture()
            : history.keep(
                tx, board.name(), computed.previousSince(), computed.at(), computed.data());
    var version = state.save(tx, computed.data(), computed.at());
    var committed =
        watched.isEmpty()
            ? Future.all(kept, version, tx.query("COMMIT").execute())
            : follow(tx, kept, version, watched.get().computed(computed.data(), computed.at()));
    return committed
        .map(done -> snapshot(version.result(), computed))
        .map(
            snapshot ->
                new FoldResult(
                    snapshot,
                    computed.parts(),
                    computed.nextTick(),
                    computed.isRebuildRequested()));
  }

  /** Commits what follows from the snapshot with it. */
  private static Future<?> follow(
      SqlConnection tx, Future<?> kept, Future<?> saved, Future<Runnable> followed) {
    // Waits for all of them after a failure, too: none may run after the rollback.
    return Future.join(kept, saved, followed)
        .compose(written -> tx.query("COMMIT").execute())
        .onSuccess(committed -> followed.result().run());
  }

  private Snapshot snapshot(long version, Computed computed) {
    return new Snapshot(
        board.name(), version, computed.at(), computed.at(), false, computed.data());
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
