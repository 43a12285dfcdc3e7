package dev.boardcast.events;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.engine.StreamLog;
import dev.boardcast.spi.Shards;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the event log, for repair and catch-up. Rows never change, so results may be cached. Thread
 * safe; each call fails while the database is unavailable.
 */
public final class EventLog implements StreamLog {
  private static final String HEADS =
      """
      SELECT shard::int, epoch, head FROM event_shard ORDER BY shard\
      """;
  private static final String READ =
      """
      SELECT sequence, event_id, type, streams, data::text, at, origin FROM event_log
      WHERE shard = $1 AND sequence > $2 ORDER BY sequence LIMIT $3\
      """;
  private static final String READ_STREAM =
      """
      SELECT l.sequence, l.event_id, l.type, l.streams, l.data::text, l.at, l.origin
      FROM event_stream s JOIN event_log l ON l.shard = $1 AND l.sequence = s.sequence
      WHERE s.shard = $1 AND s.stream = $2 AND s.sequence > $3 AND s.sequence <= $4
      ORDER BY s.sequence LIMIT $5\
      """;
  // At most a page per stream; an event of several streams is returned once.
  private static final String READ_STREAMS =
      """
      WITH page AS (
        SELECT DISTINCT place.sequence
        FROM unnest($2::text[]) AS name (stream) CROSS JOIN LATERAL (
          SELECT s.sequence FROM event_stream s
          WHERE s.shard = $1 AND s.stream = name.stream AND s.sequence > $3 AND s.sequence <= $4
          ORDER BY s.sequence LIMIT $5) AS place
        ORDER BY place.sequence LIMIT $5)
      SELECT l.sequence, l.event_id, l.type, l.streams, l.data::text, l.at, l.origin
      FROM page p JOIN event_log l ON l.shard = $1 AND l.sequence = p.sequence
      ORDER BY p.sequence\
      """;
  // From the end backwards, and returned in order.
  private static final String READ_BEFORE =
      """
      WITH page AS (
        SELECT DISTINCT place.sequence
        FROM unnest($2::text[]) AS name (stream) CROSS JOIN LATERAL (
          SELECT s.sequence FROM event_stream s
          WHERE s.shard = $1 AND s.stream = name.stream AND s.sequence < $3
          ORDER BY s.sequence DESC LIMIT $4) AS place
        ORDER BY place.sequence DESC LIMIT $4)
      SELECT l.sequence, l.event_id, l.type, l.streams, l.data::text, l.at
      FROM page p JOIN event_log l ON l.shard = $1 AND l.sequence = p.sequence
      ORDER BY p.sequence\
      """;
  private static final String CHANGED =
      """
      SELECT stream, max(sequence) FROM event_stream
      WHERE shard = $1 AND stream = ANY ($2) AND sequence > $3 GROUP BY stream""";
  private static final String OLDEST =
      """
      SELECT coalesce((SELECT min(sequence) FROM event_log WHERE shard = $1), head + 1)
      FROM event_shard WHERE shard = $1\
      """;

  private final Pool pool;

  public EventLog(Pool pool) {
    this.pool = pool;
  }

  /** Returns all shards' heads, by shard, as of one moment. */
  @Override
  public Future<List<Head>> heads() {
    return pool.preparedQuery(HEADS)
        .execute()
        .map(
            rows -> {
              var heads = new ArrayList<Head>(Shards.COUNT);
              for (Row row : rows) {
                heads.add(new Head(row.getInteger(0), row.getString(1), row.getLong(2)));
              }
              return heads;
            });
  }

  /**
   * Returns the events of a shard after a sequence, in order; without a gap if {@code after} is at
   * least {@link #oldest} - 1.
   *
   * @param limit most events returned, at least 1
   */
  @Override
  public Future<List<LoggedEvent>> read(int shard, long after, int limit) {
    return pool.preparedQuery(READ).execute(Tuple.of(shard, after, limit)).map(EventLog::events);
  }

  /**
   * Returns the events of one stream with {@code after < sequence <= upTo}, in order. Cost grows
   * with the page, not with the length of the stream or the log.
   *
   * @param limit most events returned, at least 1; fewer mean there are no more up to {@code upTo}
   */
  @Override
  public Future<List<LoggedEvent>> readStream(String stream, long after, long upTo, int limit) {
    return pool.preparedQuery(READ_STREAM)
        .execute(Tuple.of(Shards.of(stream), stream, after, upTo, limit))
        .map(EventLog::events);
  }

  /**
   * As {@link #readStream} for several streams of one shard; returns each event once.
   *
   * @param streams at least one
   */
  @Override
  public Future<List<LoggedEvent>> readStreams(
      Set<String> streams, long after, long upTo, int limit) {
    if (streams.size() == 1) return readStream(streams.iterator().next(), after, upTo, limit);
    String[] names = streams.toArray(String[]::new);
    return pool.preparedQuery(READ_STREAMS)
        .execute(Tuple.of(Shards.of(names[0]), names, after, upTo, limit))
        .map(EventLog::events);
  }

  /**
   * Returns the last events of streams of one shard with {@code sequence < before}, in order, each
   * event once.
   *
   * @param streams at least one
   * @param limit most events returned, at least 1; fewer mean there are no older ones
   */
  @Override
  public Future<List<LoggedEvent>> readBefore(Set<String> streams, long before, int limit) {
    String[] names = streams.toArray(String[]::new);
    return pool.preparedQuery(READ_BEFORE)
        .execute(Tuple.of(Shards.of(names[0]), names, before, limit))
        .map(EventLog::events);
  }

  @Override
  public Future<Map<String, Long>> changed(int shard, Set<String> streams, long after) {
    return pool.preparedQuery(CHANGED)
        .execute(Tuple.of(shard, streams.toArray(String[]::new), after))
        .map(
            rows -> {
              Map<String, Long> last = new HashMap<>();
              for (Row row : rows) last.put(row.getString(0), row.getLong(1));
              return last;
            });
  }

  @Override
  public Future<List<LoggedEvent>> last(Set<String> streams, long upTo, int limit) {
    return readBefore(streams, upTo + 1, limit);
  }

  /** Returns the sequence of the oldest event in the log, head + 1 when the log is empty. */
  @Override
  public Future<Long> oldest(int shard) {
    return pool.preparedQuery(OLDEST)
        .execute(Tuple.of(shard))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private static List<LoggedEvent> events(RowSet<Row> rows) {
    var events = new ArrayList<LoggedEvent>(rows.size());
    for (Row row : rows) events.add(EventRowMapper.event(row, 0));
    return events;
  }
}
