package dev.boardcast.events;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.database.Lease;
import dev.boardcast.spi.LeaseLostException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves committed outbox rows of one shard to its log, in one statement and so in one transaction.
 *
 * <p>Concurrent drains are safe: one whose response was lost may still run when the next begins.
 * The next waits for the lease's row, and then takes neither rows nor sequences that the first
 * took, because deleted rows drop out of {@code DELETE … RETURNING} and the head is read as it is
 * updated.
 */
final class OutboxDrain {
  // Every part depends on "fence": a lost lease makes all of them empty. "moved" also runs when the
  // head is behind what was published ($7), which happens only after the log was restored.
  private static final String DRAIN =
      """
      WITH fence AS (
        UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
        WHERE name = $1 AND holder = $2 AND token = $3
        RETURNING true
      ), claimed AS (
        DELETE FROM outbox
        WHERE shard = $5 AND EXISTS (SELECT FROM fence)
          AND id = ANY (ARRAY (SELECT id FROM outbox WHERE shard = $5 ORDER BY id LIMIT $6))
        RETURNING id, event_id, type, streams, data, at, origin, written_at
      ), numbered AS (
        SELECT row_number() OVER (ORDER BY id) AS place, event_id, type, streams, data, at,
               origin, written_at
        FROM claimed
      ), moved AS (
        UPDATE event_shard
        SET head = head + (SELECT count(*) FROM claimed),
            epoch = CASE WHEN head < $7 THEN substr(md5(gen_random_uuid()::text), 1, 8)
                         ELSE epoch END
        WHERE shard = $5 AND EXISTS (SELECT FROM fence)
          AND (head < $7 OR EXISTS (SELECT FROM claimed))
        RETURNING epoch, head - (SELECT count(*) FROM claimed) AS base
      ), logged AS (
        INSERT INTO event_log (shard, sequence, event_id, type, streams, data, at, origin)
        SELECT $5, base + place, event_id, type, streams, data, at, origin FROM moved, numbered
      ), indexed AS (
        INSERT INTO event_stream (shard, stream, sequence)
        SELECT DISTINCT $5::smallint, unnest(streams), base + place FROM moved, numbered
      )
      SELECT coalesce(m.epoch, s.epoch), coalesce(m.base, s.head),
             m.base + n.place, n.event_id, n.type, n.streams, n.data::text, n.at, n.origin,
             extract(epoch FROM statement_timestamp() - n.written_at)::float8
      FROM fence
        JOIN event_shard s ON s.shard = $5
        LEFT JOIN moved m ON true
        LEFT JOIN numbered n ON true
      ORDER BY n.place""";

  private final SqlClient database;
  private final Lease lease;
  private final int shard;
  private final int batch;

  OutboxDrain(SqlClient database, Lease lease, int shard, int batch) {
    this.database = database;
    this.lease = lease;
    this.shard = shard;
    this.batch = batch;
  }

  /**
   * The result of a drain.
   *
   * @param base the head before the drain
   * @param events the logged events, with the sequences after {@code base}
   * @param waitedSeconds from when the first of them was written until this drain; null if not
   *     known
   */
  record Drained(String epoch, long base, List<LoggedEvent> events, Double waitedSeconds) {
    Drained(String epoch, long base, List<LoggedEvent> events) {
      this(epoch, base, events, null);
    }

    long head() {
      return base + events.size();
    }
  }

  /**
   * Renews the lease and moves at most {@code batch} rows.
   *
   * @param published last sequence known to be published in the current epoch, 0 when unknown
   * @return fails with {@link LeaseLostException} when another has taken over, and nothing was
   *     moved then; after any other failure the move may have happened or not
   */
  Future<Drained> run(long token, long published) {
    return database
        .preparedQuery(DRAIN)
        .execute(
            Tuple.of(lease.name(), lease.holder(), token)
                .addDouble((double) lease.ttl().toMillis())
                .addInteger(shard)
                .addInteger(batch)
                .addLong(published))
        .compose(this::drained);
  }

  private Future<Drained> drained(RowSet<Row> rows) {
    if (rows.size() == 0) return Future.failedFuture(new LeaseLostException(lease.name()));
    var events = new ArrayList<LoggedEvent>(rows.size());
    Row first = rows.iterator().next();
    for (Row row : rows) {
      if (row.getValue(2) != null) events.add(EventRowMapper.event(row, 2));
    }
    return Future.succeededFuture(
        new Drained(first.getString(0), first.getLong(1), events, first.getDouble(9)));
  }
}
