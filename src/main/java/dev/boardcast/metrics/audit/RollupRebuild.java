package dev.boardcast.metrics.audit;

import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Recomputes a board's rollups from sealed sums and all facts beside those in use, then replaces
 * the rows that differ.
 *
 * <ul>
 *   <li>{@link #prepare} folds all facts into shadow tables, on a connection of its own and without
 *       locks that a fold or a writer waits for, while folds go on.
 *   <li>The exchange is part of one fold: facts that came in between are added to both, and the
 *       rows that differ are replaced. Its cost grows with these rows and the size of the rollups,
 *       not with the facts.
 * </ul>
 *
 * Used once; {@link #drop} it in any case.
 */
public final class RollupRebuild {
  // Nobody waits for this transaction: it may take long.
  private static final String BEGIN =
      """
      SELECT pg_current_snapshot()::text,
             set_config('statement_timeout', '3600000', true),
             set_config('idle_in_transaction_session_timeout', '60000', true),
             set_config('jit', 'off', true)""";
  private static final String HIDE_SHADOWS =
      """
      SELECT set_config('search_path', current_setting('search_path') || ', pg_temp', true)""";
  // Whole rows are compared as values: NULL equals NULL.
  private static final String DELETE_WRONG =
      """
      DELETE FROM %1$s AS used WHERE NOT EXISTS (
        SELECT FROM pg_temp.%2$s AS fresh WHERE fresh = used) AND %3$s""";
  private static final String INSERT_RIGHT =
      """
      INSERT INTO %1$s SELECT fresh.* FROM pg_temp.%2$s AS fresh WHERE NOT EXISTS (
        SELECT FROM %1$s AS used WHERE used = fresh) AND %3$s""";

  private final Pool pool;
  private final Board board;
  private SqlConnection connection;
  private Map<String, String> names;
  private String watermark;
  private long seals;
  private boolean isExchanged;

  public RollupRebuild(Pool pool, Board board) {
    this.pool = pool;
    this.board = board;
  }

  /** Folds all facts that are committed now; may take long. */
  public Future<Void> prepare() {
    return pool.getConnection()
        .compose(
            own -> {
              connection = own;
              return own.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
                  .execute()
                  .compose(begun -> ShadowTables.names(own, board.rollups()))
                  .compose(this::fold)
                  .compose(folded -> own.query("COMMIT").execute())
                  .recover(
                      cause ->
                          own.query("ROLLBACK")
                              .execute()
                              .transform(rolledBack -> Future.failedFuture(cause)));
            })
        .mapEmpty();
  }

  /** The connection that has the shadow tables: the fold that exchanges must use it. */
  public SqlConnection connection() {
    return connection;
  }

  /** Folds the latest facts into the shadow tables: the first step of the fold that exchanges. */
  public Future<Void> catchUp() {
    List<Future<?>> steps = new ArrayList<>();
    steps.add(connection.query("SET LOCAL enable_seqscan = off").execute());
    for (String sql : board.fold()) {
      steps.add(connection.preparedQuery(sql).execute(Tuple.of(watermark)));
    }
    steps.add(connection.query(HIDE_SHADOWS).execute());
    return Future.all(steps).mapEmpty();
  }

  /**
   * Replaces the rows that differ, in the same fold, when the rollups in use are up to date. Does
   * nothing when facts were dropped since {@link #prepare}: what was folded may lack those that
   * came and went in between. Then the request stays, and the next fold begins again.
   *
   * @return how many rows differed
   */
  public Future<Long> exchange() {
    List<Future<?>> steps = new ArrayList<>();
    List<Future<Long>> wrong = new ArrayList<>();
    // All in order before what the fold sends next: the condition is part of each statement.
    String isSame = SealedSums.isCount(board, seals);
    var found = SealedSums.count(connection, board);
    steps.add(found);
    steps.add(connection.query("SET LOCAL enable_seqscan = on").execute());
    names.forEach(
        (name, full) -> {
          var deleted = connection.query(DELETE_WRONG.formatted(full, name, isSame)).execute();
          var inserted = connection.query(INSERT_RIGHT.formatted(full, name, isSame)).execute();
          var rows =
              Future.all(deleted, inserted)
                  .map(
                      done ->
                          (long)
                              Math.max(deleted.result().rowCount(), inserted.result().rowCount()));
          steps.add(rows);
          wrong.add(rows);
        });
    return Future.all(steps)
        .map(done -> wrong.stream().mapToLong(Future::result).sum())
        .compose(
            rows -> {
              isExchanged = found.result() == seals;
              return isExchanged
                  ? RecomputationStore.done(connection, board.name(), rows).map(rows)
                  : Future.succeededFuture(rows);
            });
  }

  /** Whether {@link #exchange} did what it is for. */
  public boolean isExchanged() {
    return isExchanged;
  }

  /** Drops the shadow tables and returns the connection to its pool; never fails. */
  public Future<Void> drop() {
    if (connection == null) return Future.succeededFuture();
    var own = connection;
    connection = null;
    return ShadowTables.drop(own);
  }

  private Future<Void> fold(Map<String, String> fullNames) {
    names = fullNames;
    List<Future<?>> steps = new ArrayList<>();
    var begun = connection.query(BEGIN).execute();
    steps.add(begun);
    steps.add(ShadowTables.create(connection, names));
    return Future.all(steps)
        .compose(made -> SealedSums.begin(connection, board))
        .compose(
            count -> {
              seals = count;
              List<Future<?>> folds = new ArrayList<>();
              for (String sql : board.fold()) {
                folds.add(connection.preparedQuery(sql).execute(Tuple.of(RollupAudit.BEFORE_ALL)));
              }
              return Future.all(folds);
            })
        .onSuccess(folded -> watermark = begun.result().iterator().next().getString(0))
        .mapEmpty();
  }
}
