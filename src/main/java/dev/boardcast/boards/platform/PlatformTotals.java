package dev.boardcast.boards.platform;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * The totals of a time span or of all time.
 *
 * @param revenue in the board's currency; see {@link ForeignRevenue} for others
 * @param pending in all currencies, as the other counts
 */
record PlatformTotals(BigDecimal revenue, long pending, long completed, long failed, long views) {
  private static final PlatformTotals NONE = new PlatformTotals(BigDecimal.ZERO, 0, 0, 0, 0);

  private static final String ALL_TIME =
      "SELECT revenue, pending, completed, failed, views FROM platform_rollup WHERE span = 'all'";

  private static final String WITHIN =
      """
      SELECT coalesce(sum(r.revenue), 0) AS revenue,
             coalesce(sum(r.pending), 0)::bigint AS pending,
             coalesce(sum(r.completed), 0)::bigint AS completed,
             coalesce(sum(r.failed), 0)::bigint AS failed,
             coalesce(sum(r.views), 0)::bigint AS views
      FROM unnest($1::timestamptz[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
        WITH ORDINALITY AS t (since, first_day, last_day, until, place)
      LEFT JOIN LATERAL (
        SELECT * FROM platform_rollup
        WHERE span = 'quarter' AND bucket >= t.since AND bucket < t.first_day
        UNION ALL
        SELECT * FROM platform_rollup
        WHERE span = 'day' AND bucket >= t.first_day AND bucket < t.last_day
        UNION ALL
        SELECT * FROM platform_rollup
        WHERE span = 'quarter' AND bucket >= t.last_day AND bucket < t.until) r ON true
      GROUP BY t.place
      ORDER BY t.place""";

  /** Reads the totals of all time. */
  static Future<PlatformTotals> allTime(SqlClient client) {
    return client
        .preparedQuery(ALL_TIME)
        .execute()
        .map(rows -> rows.size() == 0 ? NONE : of(rows.iterator().next()));
  }

  /** Reads the totals of each span, in order, by the time at which facts occurred. */
  static Future<List<PlatformTotals>> within(SqlClient client, List<TimeSpan> spans) {
    return client
        .preparedQuery(WITHIN)
        .execute(TimeSpan.bind(spans))
        .map(
            rows -> {
              List<PlatformTotals> totals = new ArrayList<>();
              for (Row row : rows) totals.add(of(row));
              return totals;
            });
  }

  private static PlatformTotals of(Row row) {
    return new PlatformTotals(
        row.get(Numeric.class, "revenue").bigDecimalValue(),
        row.getLong("pending"),
        row.getLong("completed"),
        row.getLong("failed"),
        row.getLong("views"));
  }
}
