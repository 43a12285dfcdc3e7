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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Drops facts of a board that are older than an age, and adds what they made to the sealed sums, in
 * one transaction of bounded size. The board's own fold computes the sums, so numbers stay.
 *
 * <ul>
 *   <li>Only facts that are folded are dropped; a fact that comes later with an old time is dropped
 *       by the next run.
 *   <li>Rollups in use do not change. Folds of this board wait for the transaction; writers do not.
 * </ul>
 */
public final class FactSeal {
  private static final String BEGIN =
      """
      SELECT s.watermark::text AS watermark,
             set_config('statement_timeout', '600000', true),
             set_config('jit', 'off', true)
      FROM board_state s
      WHERE s.board = $1 AND coalesce(s.cluster = cluster_id(), true)
        AND NOT EXISTS (SELECT FROM erasure e WHERE e.finished_at IS NULL AND NOT e.dry_run)""";
  private static final String MISSING =
      """
      SELECT name FROM unnest($1::text[]) AS t (name)
      WHERE to_regclass(quote_ident('sealed_' || name)) IS NULL""";
  private static final String CREATE = "CREATE TABLE IF NOT EXISTS %s (LIKE %s INCLUDING ALL)";
  private static final String PICK =
      """
      CREATE TEMP TABLE picked_%1$s AS
      SELECT ctid AS place, %3$s AS time FROM %2$s
      WHERE %3$s < '%4$s'::timestamptz AND pg_visible_in_snapshot(tx, '%5$s'::pg_snapshot)
      ORDER BY %3$s LIMIT %6$d""";
  private static final String VIEW =
      """
      CREATE TEMP VIEW %1$s AS
      SELECT f.* FROM %2$s f WHERE f.ctid = ANY (ARRAY(SELECT place FROM picked_%1$s))""";
  private static final String COUNT = "SELECT count(*) FROM picked_%s";
  private static final String DROP =
      "DELETE FROM %2$s WHERE ctid = ANY (ARRAY(SELECT place FROM picked_%1$s))";
  // Whole rows are compared as values: NULL equals NULL.
  private static final String DELETE_OLD =
      """
      DELETE FROM sealed_%1$s AS used WHERE NOT EXISTS (
        SELECT FROM pg_temp.%1$s AS fresh WHERE fresh = used)""";
  private static final String INSERT_NEW =
      """
      INSERT INTO sealed_%1$s SELECT fresh.* FROM pg_temp.%1$s AS fresh WHERE NOT EXISTS (
        SELECT FROM sealed_%1$s AS used WHERE used = fresh)""";
  private static final String RECORD =
      """
      INSERT INTO fact_seal AS s (board, facts, sealed_before, dropped)
      SELECT '%1$s', '%2$s', max(time), count(*) FROM picked_%2$s HAVING count(*) > 0
      ON CONFLICT (board, facts) DO UPDATE
        SET sealed_before = greatest(s.sealed_before, excluded.sealed_before),
            dropped = s.dropped + excluded.dropped""";

  private final Pool pool;
  private final Lease lease;
  private final Board board;
  private final Duration keep;
  private final int batch;

  /**
   * @param lease of the board
   * @param keep the age from which facts are dropped
   * @param batch most facts of each table in one transaction
   */
  public FactSeal(Pool pool, Lease lease, Board board, Duration keep, int batch) {
    this.pool = pool;
    this.lease = lease;
    this.board = board;
    this.keep = keep;
    this.batch = batch;
  }

  /**
   * Drops facts once.
   *
   * @return how many; there are more if it is at least a batch
   */
  public Future<Long> run(long token, Instant now) {
    return pool.getConnection()
        .compose(
            own ->
                create(own)
                    .compose(
                        created -> own.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute())
                    .compose(begun -> lease.renew(own, token))
                    .compose(held -> own.preparedQuery(BEGIN).execute(Tuple.of(board.name())))
                    .compose(
                        rows -> {
                          for (Row row : rows) {
                            return seal(own, row.getString("watermark"), now.minus(keep));
                          }
                          return Future.succeededFuture(0L);
                        })
                    .compose(dropped -> own.query("COMMIT").execute().map(dropped))
                    .recover(
                        cause ->
                            own.query("ROLLBACK")
                                .execute()
                                .transform(rolledBack -> Future.failedFuture(cause)))
                    .eventually(() -> ShadowTables.drop(own)));
  }

  private Future<Void> create(SqlConnection own) {
    return own.preparedQuery(MISSING)
        .execute(Tuple.tuple().addArrayOfString(board.rollups().toArray(String[]::new)))
        .compose(
            missing -> {
              Future<?> created = Future.succeededFuture();
              for (Row row : missing) {
                String rollup = row.getString(0);
                String sql = CREATE.formatted(SealedSums.table(rollup), rollup);
                created = created.compose(before -> own.query(sql).execute());
              }
              return created.mapEmpty();
            });
  }

  private Future<Long> seal(SqlConnection tx, String watermark, Instant before) {
    return ShadowTables.names(tx, board.facts())
        .compose(
            facts ->
                pick(tx, facts, watermark, before)
                    .compose(
                        picked ->
                            picked == 0
                                ? Future.succeededFuture(picked)
                                : ShadowTables.names(tx, board.rollups())
                                    .compose(rollups -> fold(tx, facts, rollups))
                                    .map(picked)));
  }

  private Future<Long> pick(
      SqlConnection tx, Map<String, String> facts, String watermark, Instant before) {
    String time = board.sample().orElseThrow().time();
    Future<Long> picked = Future.succeededFuture(0L);
    for (var each : facts.entrySet()) {
      String sql =
          PICK.formatted(
              each.getKey(),
              each.getValue(),
              time,
              before.atOffset(ZoneOffset.UTC),
              watermark,
              batch);
      picked =
          picked.compose(
              sum ->
                  tx.query(sql)
                      .execute()
                      .compose(made -> tx.query(COUNT.formatted(each.getKey())).execute())
                      .map(rows -> Math.max(sum, rows.iterator().next().getLong(0))));
    }
    return picked;
  }

  private Future<?> fold(SqlConnection tx, Map<String, String> facts, Map<String, String> rollups) {
    List<String> after = new ArrayList<>();
    Future<?> step = Future.succeededFuture();
    for (var each : facts.entrySet()) {
      String view = VIEW.formatted(each.getKey(), each.getValue());
      step = step.compose(before -> tx.query(view).execute());
      after.add(DROP.formatted(each.getKey(), each.getValue()));
      after.add(RECORD.formatted(board.name(), each.getKey()));
    }
    step =
        step.compose(viewed -> ShadowTables.create(tx, rollups))
            .compose(shadowed -> SealedSums.begin(tx, board.rollups(), "true"));
    for (String sql : board.fold()) {
      step =
          step.compose(before -> tx.preparedQuery(sql).execute(Tuple.of(RollupAudit.BEFORE_ALL)));
    }
    for (String rollup : rollups.keySet()) {
      after.add(DELETE_OLD.formatted(rollup));
      after.add(INSERT_NEW.formatted(rollup));
    }
    for (String sql : after) step = step.compose(before -> tx.query(sql).execute());
    return step;
  }
}
