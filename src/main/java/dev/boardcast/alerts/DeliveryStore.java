package dev.boardcast.alerts;

import dev.boardcast.database.NodeHeartbeat;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Claims messages for one node and records what became of them. Times are those of the database, so
 * that clocks of nodes need not agree. Thread safe.
 */
final class DeliveryStore {
  // Of one group, the earliest message goes first: nobody learns that it is over before it began.
  // One that waits for the end of quiet hours, and was not tried, holds nothing up.
  // A claim ends with its node too: one that has missed heartbeats, and whose connection has ended.
  private static final String CLAIM =
      """
      WITH due AS (
        SELECT d.id, d.channel, d.claimed_until IS NOT NULL AS expired
        FROM alert_delivery d
        WHERE d.state = 'waiting' AND d.due_at <= clock_timestamp()
          AND (d.claimed_until IS NULL OR d.claimed_until <= clock_timestamp() OR EXISTS (
            SELECT FROM node_heartbeat h
            WHERE h.node = d.claimed_by
              AND h.seen_at < clock_timestamp() - interval '1500 milliseconds'
              AND %s))
          AND d.channel <> ALL ($3::text[])
          AND NOT EXISTS (
            SELECT FROM alert_delivery o
            WHERE o.channel = d.channel AND o.group_key = d.group_key AND o.state = 'waiting'
              AND o.seq < d.seq
              AND (o.due_at <= clock_timestamp() OR o.error IS NOT NULL
                   OR o.claimed_until IS NOT NULL))
        ORDER BY d.due_at LIMIT $4 FOR UPDATE OF d SKIP LOCKED)
      UPDATE alert_delivery d
      SET claimed_by = $1, claimed_until = clock_timestamp() + $2 * interval '1 millisecond',
          attempts = d.attempts + 1, expired = d.expired + due.expired::int
      FROM due
      LEFT JOIN alert_channel c ON c.id = due.channel
      WHERE d.id = due.id AND d.channel = due.channel
      RETURNING d.id, d.channel, d.kind, d.transitions, d.attempts, d.expired, d.created_at,
                due.expired AS was_expired, c.definition::text AS definition,
                d.notice::text AS notice"""
          .formatted(NodeHeartbeat.CONNECTION_ENDED);

  private static final String TRANSITIONS =
      "SELECT "
          + Transition.COLUMNS
          + ", "
          + SilenceSql.mutedUntil("t.alert", "t.rule", "t.board", "t.severity", "t.labels")
          + " AS muted_until FROM alert_transition t WHERE t.id = ANY ($1::uuid[])"
          + " ORDER BY t.at, t.id";

  private static final String REPORTS =
      "SELECT id, subject, file, type, content FROM report_document WHERE id = ANY ($1::uuid[])";

  private static final String END =
      """
      UPDATE alert_delivery
      SET state = $4, error = $5, finished_at = clock_timestamp(), claimed_until = NULL
      WHERE id = $1 AND channel = $2 AND state = 'waiting' AND claimed_by = $3 AND attempts = $6""";

  private static final String LATER =
      """
      UPDATE alert_delivery
      SET due_at = $4, error = $5, claimed_until = NULL, attempts = attempts - $7,
          expired = expired + $8
      WHERE id = $1 AND channel = $2 AND state = 'waiting' AND claimed_by = $3 AND attempts = $6""";

  // Still told when nobody silences it any more.
  private static final String WAKE =
      """
      UPDATE alert_state SET repeat_at = least(coalesce(repeat_at, $2), $2)
      WHERE alert = $1 AND status <> 'ok' AND acknowledged_at IS NULL""";

  private final Pool pool;
  private final String node;
  private final Duration ttl;

  /**
   * @param ttl how long a claim is valid
   */
  DeliveryStore(Pool pool, String node, Duration ttl) {
    this.pool = pool;
    this.node = node;
    this.ttl = ttl;
  }

  /**
   * What was claimed.
   *
   * @param expired how many of them had a claim that has expired
   * @param orphans how many of them have no channel any more, and are dead
   */
  record Claimed(List<Delivery> deliveries, int expired, int orphans) {}

  /**
   * Claims messages that are due.
   *
   * @param busy channels that may not have more at a time
   */
  Future<Claimed> claim(List<String> busy, int limit) {
    return pool.preparedQuery(CLAIM)
        .execute(
            Tuple.of(node, (double) ttl.toMillis())
                .addArrayOfString(busy.toArray(String[]::new))
                .addInteger(limit))
        .compose(
            rows -> {
              List<Row> claimed = new ArrayList<>();
              List<UUID> transitions = new ArrayList<>();
              for (Row row : rows) {
                claimed.add(row);
                transitions.addAll(Arrays.asList(row.getArrayOfUUIDs("transitions")));
              }
              if (claimed.isEmpty()) {
                return Future.succeededFuture(new Claimed(List.of(), 0, 0));
              }
              return pool.preparedQuery(TRANSITIONS)
                  .execute(Tuple.tuple().addArrayOfUUID(transitions.toArray(UUID[]::new)))
                  .compose(
                      found ->
                          reports(claimed)
                              .compose(reports -> claimed(claimed, told(found), reports)));
            });
  }

  private Future<Map<UUID, ReportDocument>> reports(List<Row> claimed) {
    UUID[] ids =
        claimed.stream()
            .filter(row -> row.getString("kind").equals(Delivery.Kind.REPORT.text()))
            .map(row -> row.getUUID("id"))
            .toArray(UUID[]::new);
    if (ids.length == 0) return Future.succeededFuture(Map.of());
    return pool.preparedQuery(REPORTS)
        .execute(Tuple.tuple().addArrayOfUUID(ids))
        .map(
            rows -> {
              Map<UUID, ReportDocument> reports = new HashMap<>();
              for (Row row : rows) reports.put(row.getUUID("id"), ReportDocument.of(row));
              return reports;
            });
  }

  private static Map<UUID, Delivery.Told> told(Iterable<Row> rows) {
    Map<UUID, Delivery.Told> told = new HashMap<>();
    for (Row row : rows) {
      var transition = Transition.of(row);
      told.put(transition.id(), new Delivery.Told(transition, Sql.time(row, "muted_until")));
    }
    return told;
  }

  private Future<Claimed> claimed(
      List<Row> rows, Map<UUID, Delivery.Told> told, Map<UUID, ReportDocument> reports) {
    List<Delivery> deliveries = new ArrayList<>();
    List<Future<?>> ended = new ArrayList<>();
    int expired = 0;
    for (Row row : rows) {
      if (row.getBoolean("was_expired")) expired++;
      String definition = row.getString("definition");
      String notice = row.getString("notice");
      var delivery =
          new Delivery(
              row.getUUID("id"),
              definition == null ? null : Sql.json(definition, Channel.class),
              row.getString("channel"),
              Delivery.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
              row.getInteger("attempts"),
              row.getInteger("expired"),
              Sql.time(row, "created_at"),
              Arrays.stream(row.getArrayOfUUIDs("transitions"))
                  .map(told::get)
                  .filter(each -> each != null)
                  .toList(),
              reports.get(row.getUUID("id")),
              notice == null ? null : Sql.json(notice, NoticeWriter.Stored.class));
      if (definition == null) ended.add(end(delivery, "dead", "the channel was deleted"));
      else deliveries.add(delivery);
    }
    var result = new Claimed(deliveries, expired, ended.size());
    return Future.join(ended).map(done -> result);
  }

  /**
   * Sees to it that what is silenced in a message is told at the end of its silence, if it still
   * fires. Before the message is sent: a failure then costs an attempt, not a second message.
   */
  Future<Void> wake(Delivery delivery) {
    Future<?> all = Future.succeededFuture();
    // One by one, so that no lock is held while waiting for another.
    for (Delivery.Told each : delivery.told()) {
      if (each.mutedUntil() == null) continue;
      var values = Tuple.of(each.transition().alert(), Sql.utc(each.mutedUntil()));
      all = all.compose(before -> pool.preparedQuery(WAKE).execute(values));
    }
    return all.mapEmpty();
  }

  /** As {@link #dead}, of one that was accepted. */
  Future<Boolean> sent(Delivery delivery) {
    return end(delivery, "sent", null);
  }

  /** As {@link #dead}, of one in which everything is silenced. */
  Future<Boolean> muted(Delivery delivery) {
    return end(delivery, "muted", null);
  }

  /**
   * Records that a message is not sent any more.
   *
   * @return false if the claim had expired: then it is another node's
   */
  Future<Boolean> dead(Delivery delivery, String error) {
    return end(delivery, "dead", error);
  }

  private Future<Boolean> end(Delivery delivery, String state, String error) {
    return pool.preparedQuery(END)
        .execute(
            Tuple.of(delivery.id(), delivery.channelId(), node, state)
                .addString(error)
                .addInteger(delivery.attempt()))
        .map(rows -> rows.rowCount() > 0);
  }

  /**
   * After a failed attempt.
   *
   * @param mayBeAccepted whether the receiver may have accepted it all the same
   * @return false if the claim had expired: then it is another node's
   */
  Future<Boolean> retry(Delivery delivery, Instant at, String error, boolean mayBeAccepted) {
    return later(delivery, at, error, 0, mayBeAccepted ? 1 : 0);
  }

  /** Without an attempt, such as in quiet hours: others may still join it. */
  Future<Void> defer(Delivery delivery, Instant until) {
    return later(delivery, until, null, 1, 0).mapEmpty();
  }

  private Future<Boolean> later(
      Delivery delivery, Instant at, String error, int undone, int doubles) {
    return pool.preparedQuery(LATER)
        .execute(
            Tuple.of(delivery.id(), delivery.channelId(), node, Sql.utc(at))
                .addString(error)
                .addInteger(delivery.attempt())
                .addInteger(undone)
                .addInteger(doubles))
        .map(rows -> rows.rowCount() > 0);
  }
}
