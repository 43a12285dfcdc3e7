package dev.boardcast.alerts;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Ends the alerts of a rule that is deleted or watches another value from now on, in the
 * transaction of that change. Thread safe.
 */
final class OpenAlerts {
  private static final String OPEN =
      "SELECT "
          + Transition.COLUMNS
          + " FROM alert_state s JOIN alert_transition t ON t.id = s.transition"
          + " WHERE s.rule = $1 AND s.status <> 'ok' FOR UPDATE OF s";

  private final TransitionWriter transitions;

  OpenAlerts(TransitionWriter transitions) {
    this.transitions = transitions;
  }

  /**
   * Ends them if the changed rule watches another value than before; returns what to do after the
   * commit.
   */
  Future<Runnable> endIfOther(SqlClient tx, StoredRule before, AlertRule rule) {
    boolean isSame =
        before.rule().board().equals(rule.board())
            && before.rule().reference().equals(rule.reference())
            && Objects.equals(before.rule().with(), rule.with());
    if (isSame) return Future.succeededFuture(() -> {});
    return end(tx, before.id(), before.rule().channels())
        .compose(
            ended ->
                tx.preparedQuery("DELETE FROM alert_state WHERE rule = $1")
                    .execute(Tuple.of(before.id()))
                    .map(deleted -> ended));
  }

  /** Tells that they are over; returns what to do after the commit. */
  Future<Runnable> end(SqlClient tx, UUID rule, List<String> channels) {
    return tx.preparedQuery(OPEN)
        .execute(Tuple.of(rule))
        .compose(
            rows -> {
              Instant now = Instant.now();
              List<TransitionWriter.Told> told = new ArrayList<>();
              for (Row row : rows) {
                told.add(new TransitionWriter.Told(ended(Transition.of(row), now), channels));
              }
              return transitions.write(tx, told);
            });
  }

  private static Transition ended(Transition last, Instant now) {
    return new Transition(
        UUID.randomUUID(),
        now,
        last.alert(),
        last.rule(),
        last.ruleName(),
        last.board(),
        last.metric(),
        last.key(),
        last.with(),
        last.to(),
        AlertStatus.OK,
        null,
        last.condition(),
        last.bound(),
        last.severity(),
        last.labels());
  }
}
