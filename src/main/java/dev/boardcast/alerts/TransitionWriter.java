package dev.boardcast.alerts;

import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Writes transitions with their events and messages, in the transaction of the states that they
 * change. Thread safe.
 */
final class TransitionWriter {
  private static final String INSERT =
      """
      INSERT INTO alert_transition
        (id, at, alert, rule, rule_name, board, metric, key, from_status, to_status, value,
         condition, bound, severity, labels, part)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::jsonb, $16)""";

  // Messages of a group that nobody has begun to send take further transitions in, and are looked
  // at
  // again if they wait for the end of quiet hours: what joins them may be urgent. A repeat adds
  // nothing while a message about the same transition still waits; it has an id for each channel,
  // as
  // several may lead to one receiver.
  private static final String TELL =
      """
      WITH target AS (
        SELECT c.id AS channel, c.group_wait,
               CASE c.group_by WHEN 'rule' THEN 'rule ' || $5::text
                               WHEN 'board' THEN 'board ' || $6
                               ELSE '' END AS group_key
        FROM alert_channel c WHERE c.id = ANY ($4::text[])),
      joined AS (
        UPDATE alert_delivery d
        SET transitions = d.transitions || $2::uuid, due_at = least(d.due_at, $7::timestamptz + t.group_wait)
        FROM target t
        WHERE d.channel = t.channel AND $3 = 'transition'
          -- Of the row itself, so that they are checked again after waiting for its lock.
          AND d.state = 'waiting' AND d.attempts = 0 AND d.claimed_until IS NULL
          AND cardinality(d.transitions) < %1$d
          AND d.seq = (
            SELECT max(e.seq) FROM alert_delivery e
            WHERE e.channel = t.channel AND e.group_key = t.group_key AND e.state = 'waiting'
              AND e.kind = 'transition' AND e.attempts = 0
              AND cardinality(e.transitions) < %1$d
              AND (e.due_at >= $7 OR e.created_at = $7))
        RETURNING d.channel)
      INSERT INTO alert_delivery (id, channel, kind, group_key, transitions, created_at, due_at)
      SELECT CASE $3 WHEN 'transition' THEN $1 ELSE md5($1::uuid || ' ' || t.channel)::uuid END,
             t.channel, $3, t.group_key, ARRAY[$2::uuid], $7,
             $7 + CASE $3 WHEN 'transition' THEN t.group_wait ELSE interval '0' END
      FROM target t WHERE t.channel NOT IN (SELECT channel FROM joined)
        AND NOT ($3 = 'repeat' AND EXISTS (
          SELECT FROM alert_delivery e
          WHERE e.channel = t.channel AND e.group_key = t.group_key AND e.state = 'waiting'
            AND e.transitions @> ARRAY[$2::uuid]))"""
          .formatted(Delivery.MAX_TRANSITIONS);

  private final EventPublisher events;
  private final UnaryOperator<String> streamOf;

  /**
   * @param streamOf the stream of a board's alerts
   */
  TransitionWriter(EventPublisher events, UnaryOperator<String> streamOf) {
    this.events = events;
    this.streamOf = streamOf;
  }

  /** A transition and the channels that tell it. */
  record Told(Transition transition, List<String> channels) {}

  /**
   * Writes transitions.
   *
   * @return what to do after the commit
   */
  Future<Runnable> write(SqlClient tx, List<Told> told) {
    if (told.isEmpty()) return Future.succeededFuture(() -> {});
    List<Tuple> rows = new ArrayList<>();
    List<Tuple> messages = new ArrayList<>();
    List<NewEvent> published = new ArrayList<>();
    for (Told each : told) {
      var one = each.transition();
      rows.add(row(one));
      if (!each.channels().isEmpty()) {
        messages.add(message(one.id(), "transition", one, each.channels()));
      }
      published.add(event(one.id(), one.to().eventType(), one));
    }
    List<Future<?>> steps = new ArrayList<>();
    steps.add(tx.preparedQuery(INSERT).executeBatch(rows));
    if (!messages.isEmpty()) steps.add(tx.preparedQuery(TELL).executeBatch(messages));
    steps.add(events.append(tx, published));
    return Future.join(steps).map(done -> () -> events.committed(published));
  }

  /**
   * Writes one more message about the last transition of an alert that is not ok, to each channel
   * where none about it waits.
   */
  Future<Void> repeat(SqlClient tx, Transition last, List<String> channels, UUID message) {
    if (channels.isEmpty()) return Future.succeededFuture();
    return tx.preparedQuery(TELL).execute(message(message, "repeat", last, channels)).mapEmpty();
  }

  /** Writes an event about an alert that is not a transition. */
  Future<Runnable> tell(SqlClient tx, String type, String board, Object data) {
    var event =
        new NewEvent(
            UUID.randomUUID(),
            type,
            List.of(streamOf.apply(board)),
            RawJson.encode(data),
            java.time.Instant.now());
    return events.append(tx, List.of(event)).map(done -> () -> events.committed(List.of(event)));
  }

  private NewEvent event(UUID id, String type, Transition one) {
    return new NewEvent(
        id, type, List.of(streamOf.apply(one.board())), RawJson.encode(one), one.at());
  }

  private static Tuple row(Transition one) {
    return Tuple.of(one.id(), Sql.utc(one.at()), one.alert(), one.rule(), one.ruleName())
        .addString(one.board())
        .addString(one.metric())
        .addString(one.key())
        .addString(one.from().text())
        .addString(one.to().text())
        .addValue(numeric(one.value()))
        .addString(one.condition().text())
        .addValue(numeric(one.bound()))
        .addString(one.severity().text())
        .addString(Json.encode(one.labels()))
        .addString(one.part());
  }

  static io.vertx.sqlclient.data.Numeric numeric(java.math.BigDecimal value) {
    return value == null ? null : io.vertx.sqlclient.data.Numeric.create(value);
  }

  private static Tuple message(UUID id, String kind, Transition one, List<String> channels) {
    return Tuple.of(id, one.id(), kind)
        .addArrayOfString(channels.toArray(String[]::new))
        .addString(one.rule().toString())
        .addString(one.board())
        .addOffsetDateTime(Sql.utc(kind.equals("repeat") ? java.time.Instant.now() : one.at()));
  }
}
