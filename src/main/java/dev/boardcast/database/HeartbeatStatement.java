package dev.boardcast.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.bus.Revocation;
import dev.boardcast.spi.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The SQL of a {@link NodeHeartbeat}: one statement, and so one round trip and one commit, however
 * many leases the node has.
 */
final class HeartbeatStatement {
  // A lease is free when it has expired, or when its holder has missed a heartbeat and its
  // connection has ended: that of a killed process ends at once.
  // A lease that is locked is being renewed by its holder's work, or taken: SKIP LOCKED leaves it.
  private static final String BEAT =
      """
      WITH asked AS (
        SELECT * FROM unnest($2::text[], $3::float8[], $4::boolean[]) AS asked (name, ttl, wanted)
      ), present AS (
        INSERT INTO node_heartbeat AS n
          (node, wants, suspects, leaving, backend, backend_start, seen_at)
        SELECT $1, ARRAY (SELECT name FROM asked WHERE wanted ORDER BY name), $7, $5,
               pg_backend_pid(),
               (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()),
               clock_timestamp()
        ON CONFLICT (node) DO UPDATE
          SET wants = excluded.wants, suspects = excluded.suspects, leaving = excluded.leaving,
              backend = excluded.backend, backend_start = excluded.backend_start,
              seen_at = excluded.seen_at
      ), reach AS (
        %1$s
      ), due AS (
        SELECT l.name FROM lease l JOIN asked a USING (name)
        WHERE a.wanted AND CASE
          WHEN l.holder = $1
            THEN l.expires_at < clock_timestamp() + a.ttl * 0.8 * interval '1 millisecond'
          ELSE l.expires_at <= clock_timestamp() OR EXISTS (
            SELECT FROM node_heartbeat h
            WHERE h.node = l.holder AND h.seen_at < clock_timestamp() - $6 * interval '1 millisecond'
              AND %3$s)
          END
        ORDER BY l.name
        FOR UPDATE OF l SKIP LOCKED
      ), renewed AS (
        UPDATE lease l
        SET token = CASE WHEN l.holder = $1 AND l.expires_at > clock_timestamp()
                         THEN l.token ELSE l.token + 1 END,
            holder = $1,
            expires_at = clock_timestamp() + a.ttl * interval '1 millisecond'
        FROM due JOIN asked a USING (name)
        WHERE l.name = due.name
        RETURNING l.name, l.token
      ), created AS (
        INSERT INTO lease (name, holder, token, expires_at)
        SELECT a.name, $1, 1, clock_timestamp() + a.ttl * interval '1 millisecond'
        FROM asked a
        WHERE a.wanted AND NOT EXISTS (SELECT FROM lease l WHERE l.name = a.name)
        ON CONFLICT (name) DO NOTHING
        RETURNING name, token
      )
      SELECT 'lease' AS kind, a.name, NULL AS epoch,
             coalesce(r.token, c.token, CASE WHEN l.holder = $1 AND (a.wanted OR l.expires_at > clock_timestamp())
                           THEN l.token END) AS number,
             NULL::float8 AS age
      FROM asked a LEFT JOIN lease l USING (name)
        LEFT JOIN renewed r USING (name) LEFT JOIN created c USING (name)
      UNION ALL
      SELECT 'shard', s.shard::text, s.epoch, s.head,
             extract(epoch FROM clock_timestamp() - (
               SELECT o.at FROM outbox o WHERE o.shard = s.shard ORDER BY o.id LIMIT 1))::float8
      FROM event_shard s
      UNION ALL
      SELECT 'board', b.board, NULL, b.version, NULL FROM board_state b
      UNION ALL
      SELECT 'reach', r.node, NULL, r.receivers, NULL FROM reach r WHERE r.node = $1 OR NOT r.leaving
      UNION ALL
      SELECT 'revocations', NULL, NULL, v.version, NULL FROM revocation_version v
      UNION ALL
      SELECT 'clock', NULL, NULL, (extract(epoch FROM statement_timestamp()) * 1000000)::bigint, NULL
      UNION ALL
      (SELECT 'revocation', to_jsonb(r)::text, NULL, r.version, NULL
       FROM revocation r WHERE r.version > $9 ORDER BY r.version LIMIT %2$d)""";

  // To the node whose bus messages reach the most others, and of several to that with the fewest
  // leases. With nobody to take it, $6 frees it.
  private static final String HAND_OVER =
      """
      WITH reach AS (
        %1$s
      ), heir AS (
        SELECT n.node FROM reach n
        WHERE n.node <> $2 AND $1 = ANY (n.wants) AND NOT n.leaving AND n.receivers >= $7
        ORDER BY n.receivers DESC, (SELECT count(*) FROM lease l
                  WHERE l.holder = n.node AND l.expires_at > clock_timestamp()), random()
        LIMIT 1
      )
      UPDATE lease l
      SET holder = coalesce((SELECT node FROM heir), l.holder),
          token = l.token + (SELECT count(*) FROM heir),
          expires_at = CASE WHEN EXISTS (SELECT FROM heir)
                            THEN clock_timestamp() + $4 * interval '1 millisecond'
                            ELSE '-infinity' END
      WHERE l.name = $1 AND l.holder = $2 AND l.token = $3 AND ($6 OR EXISTS (SELECT FROM heir))
      RETURNING holder, token""";

  // The nodes that are up, and how many others the bus messages of each reach.
  private static final String REACH =
      """
      SELECT n.node, n.wants, n.leaving, (
          SELECT count(*) FROM node_heartbeat m
          WHERE m.node <> n.node AND n.node <> ALL (m.suspects)
            AND m.seen_at > clock_timestamp() - %1$s * interval '1 millisecond') AS receivers
        FROM node_heartbeat n
        WHERE n.seen_at > clock_timestamp() - %1$s * interval '1 millisecond'""";

  private static final int MAX_REVOCATIONS = 500;

  private static final String LEAVE = "DELETE FROM node_heartbeat WHERE node = $1";

  private final String node;
  private final double missedMillis;
  private final double absentMillis;
  private final String beat;
  private final String handOver;

  /** A lease that the node asks for in a heartbeat. */
  record Request(String name, Duration ttl, boolean wanted) {}

  /**
   * What a heartbeat has read.
   *
   * @param tokens fencing tokens of the requested leases that the node holds, by name
   * @param receivers how many nodes the bus messages of each reach, for this node and those that
   *     stay
   * @param readMicros when the database began, in microseconds since 1970 by its clock
   */
  record Answer(
      Map<String, Long> tokens, Map<String, Long> receivers, Heartbeat heartbeat, long readMicros) {
    /** Whether the messages of some node reach more than that many others. */
    boolean isReceivedByMore(long than) {
      return receivers.values().stream().anyMatch(other -> other > than);
    }
  }

  /** Who has a lease now. */
  record Holder(String node, long token) {}

  /**
   * @param interval between two heartbeats of any node
   */
  HeartbeatStatement(String node, Duration interval) {
    this.node = node;
    this.missedMillis = interval.toMillis() * 1.4;
    this.absentMillis = interval.toMillis() * 3.0;
    beat = BEAT.formatted(REACH.formatted("$8"), MAX_REVOCATIONS, NodeHeartbeat.CONNECTION_ENDED);
    handOver = HAND_OVER.formatted(REACH.formatted("$5"));
  }

  /**
   * @param suspects nodes of which the bus brings nothing
   * @param revocations the version up to which the node knows them
   */
  Future<Answer> beat(
      Pool pool, List<Request> requests, Set<String> suspects, boolean leaving, long revocations) {
    var parameters =
        Tuple.of(
            node,
            requests.stream().map(Request::name).toArray(String[]::new),
            requests.stream().map(each -> (double) each.ttl().toMillis()).toArray(Double[]::new),
            requests.stream().map(Request::wanted).toArray(Boolean[]::new),
            leaving,
            missedMillis,
            suspects.toArray(String[]::new),
            absentMillis,
            revocations);
    long askedNanos = System.nanoTime();
    return pool.preparedQuery(beat)
        .execute(parameters)
        .map(rows -> answer(askedNanos, revocations, rows));
  }

  /**
   * Gives a lease to another node that wants it.
   *
   * @param orFree frees it when nobody does
   * @param minReceivers how many nodes the messages of the other must reach
   * @return the new holder, this node for a lease that is free; empty when nothing has changed
   */
  Future<Optional<Holder>> handOver(
      Pool pool, Lease lease, long token, boolean orFree, long minReceivers) {
    var parameters =
        Tuple.of(
            lease.name(),
            node,
            token,
            (double) lease.ttl().toMillis(),
            absentMillis,
            orFree,
            minReceivers);
    return pool.preparedQuery(handOver)
        .execute(parameters)
        .map(
            rows ->
                rows.stream().map(row -> new Holder(row.getString(0), row.getLong(1))).findFirst());
  }

  Future<Void> leave(Pool pool) {
    return pool.preparedQuery(LEAVE).execute(Tuple.of(node)).mapEmpty();
  }

  private static Answer answer(long askedNanos, long known, RowSet<Row> rows) {
    var tokens = new HashMap<String, Long>();
    var shards = new ArrayList<Heartbeat.Shard>();
    var boards = new HashMap<String, Long>();
    var receivers = new HashMap<String, Long>();
    var revocations = new ArrayList<Revocation>();
    long version = 0;
    long readMicros = 0;
    for (Row row : rows) {
      String name = row.getString(1);
      Long number = row.getLong(3);
      switch (row.getString(0)) {
        case "lease" -> {
          if (number != null) tokens.put(name, number);
        }
        case "shard" -> shards.add(shard(name, row, number));
        case "board" -> boards.put(name, number);
        case "revocations" -> version = number;
        case "clock" -> readMicros = number;
        case "revocation" -> revocations.add(revocation(name));
        default -> receivers.put(name, number);
      }
    }
    revocations.sort(Comparator.comparingLong(Revocation::version));
    var changed =
        new Heartbeat.NewRevocations(
            known, version, revocations, revocations.size() == MAX_REVOCATIONS);
    var heartbeat = new Heartbeat(askedNanos, shards, boards, changed);
    return new Answer(tokens, receivers, heartbeat, readMicros);
  }

  private static Revocation revocation(String json) {
    try {
      return Json.MAPPER.readValue(json, Revocation.class);
    } catch (JsonProcessingException defect) {
      throw new IllegalStateException("a row of revocation cannot be read", defect);
    }
  }

  private static Heartbeat.Shard shard(String name, Row row, long head) {
    Double age = row.getDouble(4);
    return new Heartbeat.Shard(
        Integer.parseInt(name),
        row.getString(2),
        head,
        age == null ? OptionalDouble.empty() : OptionalDouble.of(age));
  }
}
