package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;

/** The numbers of topics, open runs, current verdicts and schedules. */
record RecordCounts(long topics, long openRuns, long approved, long rejected, long schedules) {
  private static final String NOW =
      """
      SELECT coalesce(sum(total) FILTER (WHERE counter = 'topics'), 0)::bigint AS topics,
             coalesce(sum(total) FILTER (WHERE counter = 'open_runs'), 0)::bigint AS open_runs,
             coalesce(sum(total) FILTER (WHERE counter = 'approved'), 0)::bigint AS approved,
             coalesce(sum(total) FILTER (WHERE counter = 'rejected'), 0)::bigint AS rejected,
             coalesce(sum(total) FILTER (WHERE counter = 'schedules'), 0)::bigint AS schedules
      FROM analysis_count
      WHERE counter IN ('topics', 'open_runs', 'approved', 'rejected', 'schedules') AND grain = 0""";
  // The total of all time minus the changes since.
  private static final String RUNS_AT =
      """
      WITH part (sign, grain, low, high) AS (
        VALUES (1, 0::smallint, '-infinity'::timestamptz, 'infinity'::timestamptz),
               (-1, 15, $1::timestamptz, $2::timestamptz), (-1, 60, $2, $3),
               (-1, 1440, $3::timestamptz, 'infinity'))
      SELECT coalesce(sum(sign * total), 0)::bigint AS open_runs,
             coalesce(sum(sign * changes), 0)::bigint AS changes
      FROM part JOIN analysis_count c
        ON c.counter = 'open_runs' AND c.grain = part.grain
           AND c.bucket >= part.low AND c.bucket < part.high""";

  /** Reads the present numbers. */
  static Future<RecordCounts> now(SqlClient transaction) {
    return transaction
        .preparedQuery(NOW)
        .execute()
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new RecordCounts(
                  row.getLong("topics"),
                  row.getLong("open_runs"),
                  row.getLong("approved"),
                  row.getLong("rejected"),
                  row.getLong("schedules"));
            });
  }

  /** Reads the number of runs open at a time; null before the first run was opened. */
  static Future<BigDecimal> openRunsAt(SqlClient transaction, Instant moment) {
    return transaction
        .preparedQuery(RUNS_AT)
        .execute(WindowEdge.of(moment).addTo(Tuple.tuple()))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              if (row.getLong("changes") == 0) return null;
              return BigDecimal.valueOf(row.getLong("open_runs"));
            });
  }
}
