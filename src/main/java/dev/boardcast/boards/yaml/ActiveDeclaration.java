package dev.boardcast.boards.yaml;

import dev.boardcast.spi.AlertRules;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stores which declaration of a board the cluster computes, makes its tables, and keeps the horizon
 * from which on sums by the minute are kept. Thread safe.
 */
final class ActiveDeclaration {
  private static final String IS_ACTIVE =
      "SELECT EXISTS (SELECT FROM board_file WHERE board = $1 AND digest = $2)";
  // Locked until the fold commits: activating another version waits for that.
  private static final String LOCK =
      "SELECT FROM board_file WHERE board = $1 AND digest = $2 FOR SHARE";
  // A statement of its own: what reads after it sees what the former holder has committed.
  private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtext('board_file.' || $1))";
  private static final String CURRENT =
      """
      SELECT f.rollup, f.facts, f.tables,
             (SELECT count(*) FROM unnest(f.tables) AS t (name)
              WHERE to_regclass(t.name) IS NOT NULL)::integer AS found
      FROM (SELECT) AS always LEFT JOIN board_file f ON f.board = $1""";
  private static final String PUT =
      """
      INSERT INTO board_file AS f (board, digest, rollup, facts, tables, horizon)
      VALUES ($1, $2, $3, $4, $5::text[], $6)
      ON CONFLICT (board) DO UPDATE
        SET digest = excluded.digest, rollup = excluded.rollup, facts = excluded.facts,
            tables = excluded.tables, since = clock_timestamp(),
            horizon = CASE WHEN f.rollup IS NOT DISTINCT FROM excluded.rollup THEN f.horizon
                           ELSE excluded.horizon END""";
  private static final String SEALED = "SELECT sealed_before::text FROM fact_seal WHERE facts = $1";
  // IF EXISTS would be a warning in the log.
  private static final String DROP_SUMS =
      """
      DO $$ BEGIN
        IF to_regclass('%1$s') IS NOT NULL THEN DROP TABLE %1$s; END IF;
      END $$""";
  private static final String DELETE_SNAPSHOT = "DELETE FROM board_state WHERE board = $1";
  // They are computed again when somebody asks for them.
  private static final String DELETE_PARTS =
      """
      WITH gone AS (DELETE FROM board_part WHERE board = $1 RETURNING name)
      DELETE FROM board_part_use WHERE name IN (SELECT name FROM gone)""";
  // The same name may mean other facts now.
  private static final String DELETE_HISTORY_OF_PARTS =
      "DELETE FROM board_history WHERE starts_with(board, $1::text || '?')";
  private static final String MOVE_HORIZON =
      "UPDATE board_file SET horizon = $2 WHERE board = $1 AND horizon < $3";
  private static final String FORGET = "DELETE FROM %s WHERE span = 'minute' AND bucket < $1";

  // Clocks of nodes differ, and a clock that was set back is followed.
  private static final Duration SLACK = Duration.ofHours(1);
  private static final Duration HORIZON_STEP = Duration.ofMinutes(15);

  private final Declaration file;
  private final FactRelation facts;
  private final DeclaredRollups rollups;
  private final String definition;

  ActiveDeclaration(Declaration file, FactRelation facts, DeclaredRollups rollups) {
    this.file = file;
    this.facts = facts;
    this.rollups = rollups;
    definition = DeclaredRollups.definition(file, facts);
  }

  /** Whether this declaration is the active one. */
  Future<Boolean> isActive(SqlClient client) {
    return client
        .preparedQuery(IS_ACTIVE)
        .execute(Tuple.of(file.name(), file.digest()))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * Keeps this declaration active until the transaction ends; fails with {@link LeaseLostException}
   * if it is not active.
   */
  Future<Void> lock(SqlClient transaction) {
    return transaction
        .preparedQuery(LOCK)
        .execute(Tuple.of(file.name(), file.digest()))
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new LeaseLostException("board." + file.name())));
  }

  /** Deletes sums by the minute that no window covers any more, every quarter of an hour. */
  Future<Void> forget(SqlClient transaction, Instant now) {
    if (rollups.minuteTables().isEmpty()) return Future.succeededFuture();
    Instant horizon = horizon(now);
    return transaction
        .preparedQuery(MOVE_HORIZON)
        .execute(Tuple.of(file.name(), time(horizon), time(horizon.minus(HORIZON_STEP))))
        .compose(
            moved -> {
              Future<?> forgotten = Future.succeededFuture();
              if (moved.rowCount() == 0) return forgotten.mapEmpty();
              for (String table : rollups.minuteTables()) {
                String sql = FORGET.formatted(table) + rollups.allMetrics(table);
                forgotten =
                    forgotten.compose(
                        ok -> transaction.preparedQuery(sql).execute(Tuple.of(time(horizon))));
              }
              return forgotten.mapEmpty();
            });
  }

  /**
   * Makes this declaration the active one, with its tables. If what it counts differs from what is
   * stored, its rollups are created again and filled from all facts by the next fold.
   *
   * @param rules where its alert rules are installed, in the same transaction
   * @return fails with {@link InvalidBoardFileException} if tables are in the way, or rules of the
   *     same names
   */
  Future<Void> activate(Pool pool, Instant now, AlertRules rules) {
    return pool.<Runnable>withTransaction(
            tx ->
                tx.preparedQuery(ALONE)
                    .execute(Tuple.of(file.name()))
                    .compose(locked -> tx.preparedQuery(CURRENT).execute(Tuple.of(file.name())))
                    .compose(rows -> tables(tx, rows.iterator().next()))
                    .compose(
                        made ->
                            tx.preparedQuery(PUT)
                                .execute(
                                    Tuple.tuple()
                                        .addString(file.name())
                                        .addString(file.digest())
                                        .addString(definition)
                                        .addString(file.source().isEmpty() ? facts.table() : null)
                                        .addArrayOfString(rollups.tables().toArray(String[]::new))
                                        .addOffsetDateTime(time(horizon(now)))))
                    // After the row that folds lock first too.
                    .compose(put -> DeclaredAlert.declareAll(tx, file, rules)))
        .onSuccess(Runnable::run)
        .mapEmpty();
  }

  private Future<?> tables(SqlConnection tx, Row current) {
    Future<?> own =
        file.source().isEmpty()
            ? new OwnFactTable(file).create(tx, current.getString("facts") != null)
            : Future.succeededFuture();
    List<String> before =
        Optional.ofNullable(current.getArrayOfStrings("tables")).map(List::of).orElse(List.of());
    boolean isSame =
        definition.equals(current.getString("rollup"))
            && before.equals(rollups.tables())
            && current.getInteger("found") == before.size();
    if (isSame) return own;
    boolean isOther = !definition.equals(current.getString("rollup"));
    return own.compose(made -> isOther ? notSealed(tx) : Future.succeededFuture())
        .compose(checked -> replace(tx, current, before, isOther));
  }

  /** Waits for facts that are being dropped; fails if any were: the new sums would lack them. */
  private Future<?> notSealed(SqlConnection tx) {
    return tx.query("LOCK TABLE fact_seal IN SHARE MODE")
        .execute()
        .compose(locked -> tx.preparedQuery(SEALED).execute(Tuple.of(facts.table())))
        .map(
            rows -> {
              for (Row row : rows) {
                throw new InvalidBoardFileException(
                    file.position(),
                    "facts before %s were dropped (facts-keep), expected metrics, dimensions and"
                            .formatted(row.getString(0))
                        + " parameters of the same sums as before, or another name");
              }
              return null;
            });
  }

  private Future<?> replace(SqlConnection tx, Row current, List<String> before, boolean isOther) {
    List<String> statements = new ArrayList<>();
    for (String table : before) {
      statements.add("DROP TABLE IF EXISTS " + table);
      if (isOther) statements.add(DROP_SUMS.formatted("sealed_" + table));
    }
    // Of a file of version 1 with this name.
    if (before.isEmpty() && current.getString("rollup") != null) {
      statements.add("DROP TABLE IF EXISTS " + FileRollup.table(file.name()));
    }
    statements.addAll(rollups.create(""));
    Future<?> made = Future.succeededFuture();
    for (String sql : statements) made = made.compose(ok -> tx.query(sql).execute());
    return made.compose(ok -> tx.preparedQuery(DELETE_SNAPSHOT).execute(Tuple.of(file.name())))
        .compose(ok -> tx.preparedQuery(DELETE_PARTS).execute(Tuple.of(file.name())))
        .compose(
            ok ->
                file.parameters().isEmpty()
                    ? Future.succeededFuture()
                    : tx.preparedQuery(DELETE_HISTORY_OF_PARTS).execute(Tuple.of(file.name())));
  }

  /** From when on sums by the minute are kept: a full minute. */
  private Instant horizon(Instant now) {
    int longest =
        file.metrics().stream()
            .map(DeclaredMetric::window)
            .filter(MetricWindow::isMinutes)
            .mapToInt(MetricWindow::length)
            .max()
            .orElse(0);
    return now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(longest)).minus(SLACK);
  }

  private static java.time.OffsetDateTime time(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
