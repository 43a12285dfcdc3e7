package dev.boardcast.metrics.audit;

import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Recomputes a board's rollups from the facts as of its watermark and compares them with those in
 * use: all of them, or one bucket of time where there are many facts.
 *
 * <ul>
 *   <li>Runs in one repeatable-read transaction, in which rollups and watermark belong together.
 *       The fold's own statements fill shadow tables, from views of the facts that hide what the
 *       watermark does not contain.
 *   <li>Begins with the sealed sums of facts that were dropped.
 *   <li>Changes nothing and blocks nobody: it locks no rows, uses no parallel workers, and each
 *       statement has a timeout.
 * </ul>
 */
public final class RollupAudit {
  /** The watermark before all transactions, a {@code pg_snapshot} as text: every fact is new. */
  public static final String BEFORE_ALL = "1:1:";

  private static final String BEGIN =
      """
      SELECT s.watermark::text AS watermark,
             coalesce(s.cluster <> cluster_id(), false) OR NOT is_auditable($1) AS is_skipped,
             (SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint
              FROM unnest($2::text[]) AS t (name)
              JOIN pg_class c ON c.oid = to_regclass(t.name)) AS facts,
             set_config('statement_timeout', $3, true),
             set_config('idle_in_transaction_session_timeout', '60000', true),
             set_config('jit', 'off', true),
             set_config('max_parallel_workers_per_gather', '0', true)
      FROM board_state s WHERE s.board = $1""";
  private static final String ANY_BUCKET =
      "SELECT %1$s::text FROM %2$s WHERE isfinite(%1$s) ORDER BY random() LIMIT 1";
  private static final String FACTS =
      """
      CREATE TEMP VIEW %s AS SELECT * FROM %s
      WHERE pg_visible_in_snapshot(tx, '%s'::pg_snapshot) AND %s""";
  private static final String DIFFERENCE =
      """
      SELECT greatest(
        (SELECT count(*) FROM (SELECT * FROM pg_temp.%1$s WHERE %3$s
                               EXCEPT ALL SELECT * FROM %2$s WHERE %3$s) AS missing),
        (SELECT count(*) FROM (SELECT * FROM %2$s WHERE %3$s
                               EXCEPT ALL SELECT * FROM pg_temp.%1$s WHERE %3$s) AS wrong))""";

  private final Pool pool;
  private final Board board;
  private final AuditConfig config;

  public RollupAudit(Pool pool, Board board, AuditConfig config) {
    this.pool = pool;
    this.board = board;
    this.config = config;
  }

  /**
   * Compares once.
   *
   * @return how many rollup rows differ from the facts; empty when there is nothing to compare yet,
   *     and while a user is erased; fails when it takes too long
   */
  public Future<OptionalLong> run() {
    if (board.rollups().isEmpty()) return Future.succeededFuture(OptionalLong.empty());
    return pool.getConnection()
        .compose(
            connection ->
                begin(connection)
                    .compose(state -> compare(connection, state))
                    .eventually(() -> connection.query("ROLLBACK").execute())
                    .eventually(() -> ShadowTables.drop(connection)));
  }

  /**
   * What is compared.
   *
   * @param facts an SQL condition on facts
   * @param rollup an SQL condition on the rows of each rollup
   */
  private record Scope(List<String> rollups, String facts, String rollup) {}

  private Future<Optional<Row>> begin(SqlConnection tx) {
    var begun = tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute();
    var state =
        tx.preparedQuery(BEGIN)
            .execute(
                Tuple.tuple()
                    .addString(board.name())
                    .addArrayOfString(board.facts().toArray(String[]::new))
                    .addString(Long.toString(config.timeout().toMillis())));
    return Future.all(begun, state)
        .map(
            ready -> {
              for (Row row : state.result()) return Optional.of(row);
              return Optional.empty();
            });
  }

  private Future<OptionalLong> compare(SqlConnection tx, Optional<Row> state) {
    // The watermark is of another server: the next fold starts from scratch. Or a user is erased:
    // facts and rollups have different
    // names. That is the state of this very snapshot.
    if (state.isEmpty() || state.get().getBoolean("is_skipped")) {
      return Future.succeededFuture(OptionalLong.empty());
    }
    return scope(tx, state.get().getLong("facts"))
        .compose(
            scope ->
                ShadowTables.names(tx, board.facts())
                    .compose(
                        facts ->
                            ShadowTables.names(tx, board.rollups())
                                .compose(
                                    rollups ->
                                        recompute(
                                            tx,
                                            state.get().getString("watermark"),
                                            scope,
                                            facts,
                                            rollups))))
        .map(OptionalLong::of);
  }

  private Future<Scope> scope(SqlConnection tx, long facts) {
    var whole = new Scope(board.rollups(), "true", "true");
    if (facts <= config.maxFacts() || board.sample().isEmpty()) {
      return Future.succeededFuture(whole);
    }
    var sample = board.sample().get();
    return tx.query(ANY_BUCKET.formatted(sample.bucket(), sample.rollup()))
        .execute()
        .map(
            rows -> {
              if (rows.size() == 0) return whole;
              String begin = "'" + rows.iterator().next().getString(0) + "'::timestamptz";
              String end = begin + " + interval '" + sample.length().toMillis() + " milliseconds'";
              return new Scope(
                  List.of(sample.rollup()),
                  "(%1$s) >= %2$s AND (%1$s) < %3$s".formatted(sample.time(), begin, end),
                  sample.bucket() + " = " + begin);
            });
  }

  private Future<Long> recompute(
      SqlConnection tx,
      String watermark,
      Scope scope,
      Map<String, String> facts,
      Map<String, String> rollups) {
    List<Future<?>> steps = new ArrayList<>();
    facts.forEach(
        (name, full) -> {
          String view = FACTS.formatted(name, full, watermark, scope.facts());
          steps.add(tx.query(view).execute());
        });
    steps.add(ShadowTables.create(tx, rollups));
    return Future.all(steps)
        .compose(made -> SealedSums.begin(tx, board, scope.rollups(), scope.rollup()))
        .compose(filled -> difference(tx, scope, rollups));
  }

  private Future<Long> difference(SqlConnection tx, Scope scope, Map<String, String> rollups) {
    List<Future<?>> steps = new ArrayList<>();
    for (String sql : board.fold()) {
      steps.add(tx.preparedQuery(sql).execute(Tuple.of(BEFORE_ALL)));
    }
    List<Future<Long>> differences = new ArrayList<>();
    for (String name : scope.rollups()) {
      var difference =
          tx.query(DIFFERENCE.formatted(name, rollups.get(name), scope.rollup()))
              .execute()
              .map(rows -> rows.iterator().next().getLong(0));
      steps.add(difference);
      differences.add(difference);
    }
    return Future.all(steps).map(done -> differences.stream().mapToLong(Future::result).sum());
  }
}
