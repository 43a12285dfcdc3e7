package dev.boardcast.boards.platform;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Completed transactions in a currency other than the board's, in a time span or of all time, and
 * what those with a rate at their time are worth.
 *
 * @param rated the sum of those with a rate, in their own currency
 * @param converted the same sum in the board's currency
 */
record ForeignRevenue(
    String currency,
    BigDecimal revenue,
    long completed,
    BigDecimal rated,
    long ratedCompleted,
    BigDecimal converted) {
  private static final String ALL_TIME =
      """
      SELECT r.currency, r.revenue, r.completed, coalesce(c.revenue, 0) AS rated,
             coalesce(c.completed, 0) AS rated_completed, coalesce(c.converted, 0) AS converted
      FROM platform_currency_rollup r
        LEFT JOIN platform_converted c ON c.currency = r.currency AND c.target = $1
      WHERE r.span = 'all' AND r.completed <> 0 ORDER BY r.currency""";
  private static final String WITHIN =
      """
      SELECT t.place::int AS place, r.currency, sum(r.revenue) AS revenue,
             sum(r.completed)::bigint AS completed,
             coalesce(sum(r.revenue) FILTER (WHERE k.rate IS NOT NULL), 0) AS rated,
             coalesce(sum(r.completed) FILTER (WHERE k.rate IS NOT NULL), 0)::bigint
               AS rated_completed,
             coalesce(sum(r.revenue * k.rate), 0) AS converted
      FROM unnest($1::timestamptz[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
        WITH ORDINALITY AS t (since, first_day, last_day, until, place)
      CROSS JOIN LATERAL (
        SELECT bucket, currency, revenue, completed FROM platform_currency_rollup
        WHERE span = 'quarter' AND bucket >= t.since AND bucket < t.first_day
        UNION ALL
        SELECT bucket, currency, revenue, completed FROM platform_currency_rollup
        WHERE span = 'day' AND bucket >= t.first_day AND bucket < t.last_day
        UNION ALL
        SELECT bucket, currency, revenue, completed FROM platform_currency_rollup
        WHERE span = 'quarter' AND bucket >= t.last_day AND bucket < t.until) AS r
      LEFT JOIN LATERAL (
        SELECT rate FROM platform_known_rate k
        WHERE k.currency = r.currency AND k.target = $5 AND k.at <= r.bucket
        ORDER BY k.at DESC LIMIT 1) AS k ON true
      GROUP BY 1, 2 HAVING sum(r.completed) <> 0 ORDER BY 1, 2""";

  /** Reads the sums of all time, by currency. */
  static Future<List<ForeignRevenue>> allTime(SqlClient client, String target) {
    return client
        .preparedQuery(ALL_TIME)
        .execute(Tuple.of(target))
        .map(
            rows -> {
              var all = new ArrayList<ForeignRevenue>(rows.size());
              for (Row row : rows) all.add(of(row));
              return all;
            });
  }

  /** Reads the sums of each span, in order, each by currency. */
  static Future<List<List<ForeignRevenue>>> within(
      SqlClient client, List<TimeSpan> spans, String target) {
    return client
        .preparedQuery(WITHIN)
        .execute(TimeSpan.bind(spans).addString(target))
        .map(
            rows -> {
              var all = new ArrayList<List<ForeignRevenue>>();
              for (int i = 0; i < spans.size(); i++) all.add(new ArrayList<>());
              for (Row row : rows) all.get(row.getInteger("place") - 1).add(of(row));
              return all;
            });
  }

  boolean hasRate() {
    return ratedCompleted != 0;
  }

  private static ForeignRevenue of(Row row) {
    return new ForeignRevenue(
        row.getString("currency"),
        number(row, "revenue"),
        row.getLong("completed"),
        number(row, "rated"),
        row.getLong("rated_completed"),
        number(row, "converted"));
  }

  private static BigDecimal number(Row row, String column) {
    return row.get(Numeric.class, column).bigDecimalValue();
  }
}
