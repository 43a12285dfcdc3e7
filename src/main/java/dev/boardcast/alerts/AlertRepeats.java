package dev.boardcast.alerts;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.UUID;

/**
 * Tells again what still fires and nobody has acknowledged: after the rule's repeat interval, and
 * when a silence ends. Thread safe.
 */
final class AlertRepeats {
  private static final int BATCH = 200;

  private static final String DUE =
      "SELECT s.rule AS state_rule, s.key AS state_key, s.acknowledged_at,"
          + " r.definition::text AS definition, "
          + Transition.COLUMNS
          + " FROM alert_state s JOIN alert_rule r ON r.id = s.rule"
          + " JOIN alert_transition t ON t.id = s.transition"
          + " WHERE s.repeat_at <= $1 AND "
          + ComputedBoards.IS_COMPUTED
          + " ORDER BY s.repeat_at LIMIT "
          + BATCH
          + " FOR UPDATE OF s SKIP LOCKED";

  private static final String NEXT =
      "UPDATE alert_state SET repeat_at = $3 WHERE rule = $1 AND key = $2";

  private final TransitionWriter transitions;
  private final Runnable told;

  /**
   * @param told called after the commit of messages
   */
  AlertRepeats(TransitionWriter transitions, Runnable told) {
    this.transitions = transitions;
    this.told = told;
  }

  Future<Void> run(Pool pool, Instant now) {
    return pool.<Integer>withTransaction(
            tx ->
                tx.preparedQuery(DUE)
                    .execute(Tuple.of(Sql.utc(now)))
                    .compose(
                        rows -> {
                          Future<Void> all = Future.succeededFuture();
                          for (Row row : rows) all = all.compose(before -> repeat(tx, row, now));
                          return all.map(rows.size());
                        }))
        .map(
            count -> {
              if (count > 0) told.run();
              return null;
            });
  }

  private Future<Void> repeat(SqlClient tx, Row row, Instant now) {
    var rule = Sql.json(row.getString("definition"), AlertRule.class);
    boolean isKnown = row.getOffsetDateTime("acknowledged_at") != null;
    Instant next = isKnown ? null : rule.repeat().map(now::plus).orElse(null);
    Future<Void> written =
        isKnown
            ? Future.succeededFuture()
            : transitions.repeat(tx, Transition.of(row), rule.channels(), UUID.randomUUID());
    return written.compose(
        done ->
            tx.preparedQuery(NEXT)
                .execute(
                    Tuple.of(row.getUUID("state_rule"), row.getString("state_key"), Sql.utc(next)))
                .mapEmpty());
  }
}
