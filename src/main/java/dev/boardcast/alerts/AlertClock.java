package dev.boardcast.alerts;

import dev.boardcast.database.LeasedClock;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates rules whose hold time ends without a fold, and repeats what still fires, on the one
 * node that holds the lease {@code alerts}. One per node with the role metrics; one event loop.
 *
 * <p>That each transition is written once is ensured by the isolation of the transactions.
 */
final class AlertClock extends LeasedClock {
  private static final Logger LOG = LoggerFactory.getLogger(AlertClock.class);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration OPERATORS_EVERY = Duration.ofSeconds(5);
  private static final Duration ASK_EVERY = Duration.ofMinutes(1);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
  private static final int MAX_BOARDS = 100;

  // A row without a board says that something is to be repeated.
  private static final String DUE =
      """
      (SELECT DISTINCT r.board FROM alert_rule r
       WHERE r.check_at <= $1 OR EXISTS (
         SELECT FROM alert_state s WHERE s.rule = r.id AND s.due_at <= $1)
       LIMIT %d)
      UNION ALL SELECT NULL WHERE EXISTS (SELECT FROM alert_state WHERE repeat_at <= $1)"""
          .formatted(MAX_BOARDS);

  private static final String SNAPSHOT =
      "SELECT data::text AS data FROM board_state WHERE board = $1";

  private static final String CHECKED =
      "UPDATE alert_rule SET check_at = NULL WHERE board = $1 AND check_at <= $2";

  private final Pool pool;
  private final Clock clock;
  private final AlertEvaluation evaluation;
  private final AlertRepeats repeats;
  private final WantedParts parts;

  private Instant operatorsAt = Instant.EPOCH;
  private Instant askedAt = Instant.EPOCH;
  private boolean busy;
  private boolean isAsking;
  // New rules may have been evaluated meanwhile, and are not found as new ones any more.
  private boolean isMissed;

  AlertClock(
      NodeHeartbeat heartbeat,
      Pool pool,
      Clock clock,
      AlertEvaluation evaluation,
      AlertRepeats repeats,
      WantedParts parts) {
    super(heartbeat, "alerts", TICK);
    this.pool = pool;
    this.clock = clock;
    this.evaluation = evaluation;
    this.repeats = repeats;
    this.parts = parts;
  }

  @Override
  protected void tick() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    // Parts may take long to compute, and no rule waits for those of others.
    if (isAsking) isMissed = true;
    else ask(now);
    if (busy) return;
    busy = true;
    run(now)
        .onComplete(
            (done, failure) -> {
              busy = false;
              if (failure != null) LOG.debug("alerts were not evaluated by the clock", failure);
            });
  }

  /** Those of new rules at once, so that they are evaluated soon; all now and then. */
  private void ask(Instant now) {
    boolean isDue = isPast(askedAt, isMissed ? ASK_AGAIN : ASK_EVERY, now);
    if (isDue) {
      askedAt = now;
      isMissed = false;
    }
    isAsking = true;
    parts
        .ask(isDue)
        .onComplete(
            (done, failure) -> {
              isAsking = false;
              if (failure == null) return;
              isMissed = true;
              LOG.debug("parts were not asked for", failure);
            });
  }

  /** Also after the clock was set back. */
  private static boolean isPast(Instant last, Duration period, Instant now) {
    return Duration.between(last, now).abs().compareTo(period) >= 0;
  }

  private Future<Void> run(Instant now) {
    return pool.preparedQuery(DUE)
        .execute(Tuple.of(Sql.utc(now)))
        .compose(
            rows -> {
              List<Future<?>> due = new ArrayList<>();
              Set<String> boards = new LinkedHashSet<>();
              for (Row row : rows) {
                String board = row.getString("board");
                if (board == null) due.add(repeats.run(pool, now));
                else boards.add(board);
              }
              if (isPast(operatorsAt, OPERATORS_EVERY, now)) boards.add(OperatorCondition.BOARD);
              if (boards.contains(OperatorCondition.BOARD)) operatorsAt = now;
              boards.forEach(board -> due.add(evaluate(board, now)));
              return Future.join(due).mapEmpty();
            });
  }

  /**
   * A conflict with a fold is no failure: the fold has evaluated the same, or the next tick will.
   */
  private Future<?> evaluate(String board, Instant now) {
    return pool.getConnection()
        .compose(
            connection ->
                run(connection, board, now)
                    .recover(
                        cause ->
                            connection
                                .query("ROLLBACK")
                                .execute()
                                .transform(done -> Future.failedFuture(cause)))
                    .eventually(connection::close))
        .onSuccess(Runnable::run);
  }

  private Future<Runnable> run(SqlConnection tx, String board, Instant now) {
    var begun = tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute();
    var watched = evaluation.begin(tx, board, true);
    var snapshot = snapshot(tx, board);
    return Future.join(begun, watched, snapshot)
        .compose(
            read -> {
              return watched.result().isEmpty()
                  ? Future.<Runnable>succeededFuture(() -> {})
                  : watched.result().get().computed(snapshot.result(), now);
            })
        .compose(
            after ->
                tx.preparedQuery(CHECKED)
                    .execute(Tuple.of(board, Sql.utc(now)))
                    .compose(checked -> tx.query("COMMIT").execute())
                    .map(committed -> after));
  }

  private static Future<RawJson> snapshot(SqlConnection tx, String board) {
    if (board.equals(OperatorCondition.BOARD)) return OperatorStatus.read(tx);
    return tx.preparedQuery(SNAPSHOT)
        .execute(Tuple.of(board))
        .map(
            rows ->
                // A board that was never computed has no values.
                RawJson.of(rows.size() > 0 ? rows.iterator().next().getString("data") : "{}"));
  }
}
