package dev.boardcast.metrics.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The values of a board's metrics at the points of a range. A value holds until the next one;
 * {@code null} where none is known.
 */
final class HistorySeries {
  /** Most values in one response. */
  static final int MAX_VALUES = 100_000;

  // Selects the last state of each step by keys alone, the one before the first step, and the
  // current one; only these are parsed.
  private static final String READ =
      """
      WITH states AS (
        (SELECT 0::smallint AS tier, changed_at AS at FROM board_latest
         WHERE board = $1 AND changed_at <= $3)
        UNION ALL
        (SELECT tier, at FROM (
           (SELECT tier, at FROM board_history WHERE tier = 1 AND board = $1 AND at <= $2
            ORDER BY at DESC LIMIT 1)
           UNION ALL
           (SELECT tier, at FROM board_history WHERE tier = 2 AND board = $1 AND at <= $2
            ORDER BY at DESC LIMIT 1)
           UNION ALL
           (SELECT tier, at FROM board_history WHERE tier = 3 AND board = $1 AND at <= $2
            ORDER BY at DESC LIMIT 1)) AS before
         ORDER BY at DESC LIMIT 1)
        UNION ALL
        (SELECT DISTINCT ON (ceil(extract(epoch FROM at) * 1000 / $4::bigint)) tier, at FROM board_history
         WHERE board = $1 AND at > $2 AND at <= $3
         ORDER BY ceil(extract(epoch FROM at) * 1000 / $4::bigint), at DESC, tier)
      ), snapshots AS (
        SELECT s.at, h.data FROM states s JOIN board_history h
          ON h.board = $1 AND h.tier = s.tier AND h.at = s.at
        UNION ALL
        SELECT s.at, b.data::text::jsonb FROM states s JOIN board_latest b
          ON b.board = $1 AND s.tier = 0
      )
      SELECT at, %s FROM snapshots ORDER BY at""";

  private final HistoryRange range;
  private final List<MetricPath> metrics;
  private final List<Map<String, String[]>> values = new ArrayList<>();
  private int size;

  private HistorySeries(HistoryRange range, List<MetricPath> metrics) {
    this.range = range;
    this.metrics = metrics;
    for (MetricPath metric : metrics) values.add(new TreeMap<>());
  }

  /** Reads the rows for {@link #of}. */
  static Future<RowSet<Row>> read(
      SqlClient client, String board, HistoryRange range, List<MetricPath> metrics) {
    Tuple parameters =
        Tuple.tuple()
            .addString(board)
            .addOffsetDateTime(range.from().atOffset(ZoneOffset.UTC))
            .addOffsetDateTime(range.to().atOffset(ZoneOffset.UTC))
            .addLong(range.step().toMillis());
    List<String> columns = new ArrayList<>();
    for (MetricPath metric : metrics) {
      columns.add(metric.sql("data", parameters) + "::text");
    }
    return client.preparedQuery(READ.formatted(String.join(", ", columns))).execute(parameters);
  }

  /**
   * Builds series from rows. Slow for many rows: do not call it on an event loop.
   *
   * @throws Problem when there would be too many values for one response
   */
  static HistorySeries of(RowSet<Row> rows, HistoryRange range, List<MetricPath> metrics) {
    var series = new HistorySeries(range, metrics);
    Row current = null;
    for (Row next : rows) {
      if (current != null) series.fill(current, series.since(next));
      current = next;
    }
    if (current != null) series.fill(current, range.points());
    for (int i = 0; i < metrics.size(); i++) {
      if (!metrics.get(i).hasKeys()) series.values(i, "");
    }
    return series;
  }

  HistoryRange range() {
    return range;
  }

  /** Visits each series with its key, "" where there are none. */
  interface Visitor<E extends Exception> {
    /**
     * @param points JSON text or null, one per point of the range
     */
    void visit(MetricPath metric, String key, String[] points) throws E;
  }

  <E extends Exception> void each(Visitor<E> visitor) throws E {
    for (int i = 0; i < metrics.size(); i++) {
      for (var series : values.get(i).entrySet()) {
        visitor.visit(metrics.get(i), series.getKey(), series.getValue());
      }
    }
  }

  private long since(Row row) {
    Instant since = row.getOffsetDateTime(0).toInstant();
    return Math.min(range.points(), range.firstPointAt(since));
  }

  private void fill(Row row, long until) {
    int begin = (int) since(row);
    int end = (int) until;
    if (begin >= end) return;
    for (int i = 0; i < metrics.size(); i++) {
      String found = row.getString(i + 1);
      if (found == null) continue;
      int metric = i;
      try {
        metrics
            .get(i)
            .read(
                Json.MAPPER.readTree(found),
                (key, value) -> Arrays.fill(values(metric, key), begin, end, value));
      } catch (JsonProcessingException broken) {
        throw new IllegalStateException("invalid JSON in history", broken);
      }
    }
  }

  private String[] values(int metric, String key) {
    return values
        .get(metric)
        .computeIfAbsent(
            key,
            fresh -> {
              size += (int) range.points();
              if (size > MAX_VALUES) {
                throw Problem.invalid(
                    "step", "fewer points, metrics or keys: at most " + MAX_VALUES + " values");
              }
              return new String[(int) range.points()];
            });
  }
}
