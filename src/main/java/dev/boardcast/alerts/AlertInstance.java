package dev.boardcast.alerts;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * One value that a rule watches: a row of {@code alert_state}.
 *
 * @param alert null while the status is ok, as the three after it
 * @param since when the alert began
 * @param transition its last one
 * @param repeatAt when it is told again
 */
record AlertInstance(
    AlertMachine.State state,
    Instant dueAt,
    BigDecimal value,
    UUID alert,
    Instant since,
    UUID transition,
    Instant repeatAt) {
  static final AlertInstance NEW =
      new AlertInstance(AlertMachine.State.NEW, null, null, null, null, null, null);

  static final String COLUMNS =
      "s.key, s.status, s.value, s.breach_since, s.clear_since, s.present_since, s.absent_since,"
          + " s.due_at, s.alert, s.since, s.transition, s.repeat_at";

  // An acknowledgement belongs to one alert.
  static final String SAVE =
      """
      INSERT INTO alert_state AS s
        (rule, key, status, value, breach_since, clear_since, present_since, absent_since,
         due_at, alert, since, transition, repeat_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      ON CONFLICT (rule, key) DO UPDATE SET
        status = excluded.status, value = excluded.value, breach_since = excluded.breach_since,
        clear_since = excluded.clear_since, present_since = excluded.present_since,
        absent_since = excluded.absent_since, due_at = excluded.due_at, alert = excluded.alert,
        since = excluded.since, transition = excluded.transition,
        repeat_at = CASE WHEN s.alert = excluded.alert AND s.acknowledged_at IS NOT NULL THEN NULL
                         ELSE excluded.repeat_at END,
        acknowledged_by = CASE WHEN s.alert = excluded.alert THEN s.acknowledged_by END,
        acknowledged_at = CASE WHEN s.alert = excluded.alert THEN s.acknowledged_at END,
        note = CASE WHEN s.alert = excluded.alert THEN s.note END""";

  static AlertInstance of(Row row) {
    var timers =
        new AlertTimers(
            Sql.time(row, "breach_since"),
            Sql.time(row, "clear_since"),
            Sql.time(row, "present_since"),
            Sql.time(row, "absent_since"));
    return new AlertInstance(
        new AlertMachine.State(AlertStatus.of(row.getString("status")), timers),
        Sql.time(row, "due_at"),
        Sql.number(row, "value"),
        row.getUUID("alert"),
        Sql.time(row, "since"),
        row.getUUID("transition"),
        Sql.time(row, "repeat_at"));
  }

  /** After one more look at the value; equal to this one if nothing needs to be saved. */
  AlertInstance next(AlertRule rule, Optional<BigDecimal> seen, Verdict verdict, Instant now) {
    AlertMachine machine = rule.machine();
    var next = machine.next(state, verdict, now);
    Instant due = machine.due(next).orElse(null);
    if (next.status() == state.status()) {
      boolean isSame = next.equals(state) && Objects.equals(due, dueAt);
      return isSame
          ? this
          : new AlertInstance(next, due, seen.orElse(null), alert, since, transition, repeatAt);
    }
    boolean isOver = next.status() == AlertStatus.OK;
    boolean begins = alert == null;
    return new AlertInstance(
        next,
        due,
        seen.orElse(null),
        isOver ? null : begins ? UUID.randomUUID() : alert,
        isOver ? null : begins ? now : since,
        UUID.randomUUID(),
        isOver ? null : rule.repeat().map(now::plus).orElse(null));
  }

  /** Whether it says no more than that the value is as it should be. */
  boolean isNothing() {
    return state.equals(AlertMachine.State.NEW);
  }

  Tuple row(UUID rule, String key) {
    var timers = state.timers();
    boolean isOver = state.status() == AlertStatus.OK;
    return Tuple.of(rule, key, state.status().text(), TransitionWriter.numeric(value))
        .addOffsetDateTime(Sql.utc(timers.breach()))
        .addOffsetDateTime(Sql.utc(timers.clear()))
        .addOffsetDateTime(Sql.utc(timers.present()))
        .addOffsetDateTime(Sql.utc(timers.absent()))
        .addOffsetDateTime(Sql.utc(dueAt))
        .addUUID(alert)
        .addOffsetDateTime(Sql.utc(since))
        .addUUID(isOver ? null : transition)
        .addOffsetDateTime(Sql.utc(repeatAt));
  }
}
