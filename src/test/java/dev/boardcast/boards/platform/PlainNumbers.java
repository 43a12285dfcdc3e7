package dev.boardcast.boards.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/** The board's metrics as plain aggregates over all facts, with the database's calendar. */
final class PlainNumbers {
  private static final String READ =
      """
      WITH clock AS (
        SELECT $1::timestamptz AS now, date_trunc('second', $1::timestamptz) AS second,
               date_trunc('minute', $1::timestamptz) - interval '24 hours' AS since,
               $1::timestamptz AT TIME ZONE $2 AS local
      ), seen AS (
        SELECT user_id, date_trunc('second', at) AS at FROM (
          SELECT user_id, occurred_at AS at FROM platform_transaction UNION ALL
          SELECT user_id, at FROM platform_view UNION ALL
          SELECT user_id, at FROM platform_activity) a
        WHERE user_id IS NOT NULL
      ), moment AS (
        SELECT at FROM seen, clock WHERE at >= since AND at <= second
        UNION SELECT second FROM clock UNION SELECT since - interval '1 second' FROM clock
      ), present AS (
        SELECT m.at, count(DISTINCT s.user_id) AS users FROM moment m LEFT JOIN seen s
          ON s.at <= m.at AND s.at > m.at - interval '5 minutes'
        GROUP BY m.at
      ), money AS (
        SELECT amount, occurred_at AT TIME ZONE $2 AS at FROM platform_transaction
        WHERE status = 'completed'
      )
      SELECT (SELECT sum(amount) FROM money) AS "revenue.total",
        (SELECT sum(amount) FROM money, clock
         WHERE date_trunc('day', at) = date_trunc('day', local)) AS "revenue.today",
        (SELECT sum(amount) FROM money, clock
         WHERE date_trunc('week', at) = date_trunc('week', local)) AS "revenue.thisWeek",
        (SELECT sum(amount) FROM money, clock
         WHERE date_trunc('month', at) = date_trunc('month', local)) AS "revenue.thisMonth",
        (SELECT users FROM present, clock WHERE at = second)::numeric AS "activeUsers.current",
        (SELECT count(DISTINCT user_id) FROM seen, clock
         WHERE (at AT TIME ZONE $2)::date = local::date)::numeric AS "activeUsers.today",
        (SELECT max(users) FROM present)::numeric AS "activeUsers.peak24h",
        t.total AS "transactions.total", t.pending AS "transactions.pending",
        t.completed AS "transactions.completed", t.failed AS "transactions.failed",
        v.views AS "content.totalViews", t.completed AS "content.totalPurchases",
        round(100.0 * t.completed / nullif(v.views, 0), 2) AS "content.conversionRate"
      FROM (SELECT count(*)::numeric AS total,
                   count(*) FILTER (WHERE status = 'pending')::numeric AS pending,
                   count(*) FILTER (WHERE status = 'completed')::numeric AS completed,
                   count(*) FILTER (WHERE status = 'failed')::numeric AS failed
            FROM platform_transaction) t,
           (SELECT count(*)::numeric AS views FROM platform_view WHERE coalesce(kind, 'view') = 'view') v""";

  private final ZoneId zone;

  PlainNumbers(ZoneId zone) {
    this.zone = zone;
  }

  /** Every metric by its path. */
  Map<String, BigDecimal> read(SqlClient client, Instant now) throws Exception {
    return Folding.await(start(client, now));
  }

  /** As {@link #read}, without blocking. */
  Future<Map<String, BigDecimal>> start(SqlClient client, Instant now) {
    var at =
        Tuple.of(now.atOffset(ZoneOffset.UTC), zone.getId().equals("Z") ? "UTC" : zone.getId());
    return client
        .preparedQuery(READ)
        .execute(at)
        .map(
            rows -> {
              Row row = rows.iterator().next();
              Map<String, BigDecimal> numbers = new TreeMap<>();
              for (int i = 0; i < row.size(); i++) {
                var number = row.get(Numeric.class, i);
                numbers.put(
                    row.getColumnName(i), plain(number == null ? null : number.bigDecimalValue()));
              }
              return numbers;
            });
  }

  /** The metrics of a snapshot. */
  static Map<String, BigDecimal> of(JsonNode snapshot) {
    Map<String, BigDecimal> numbers = new TreeMap<>();
    for (var group : snapshot.properties()) {
      for (var number : group.getValue().properties()) {
        numbers.put(
            group.getKey() + "." + number.getKey(), plain(number.getValue().decimalValue()));
      }
    }
    return numbers;
  }

  private static BigDecimal plain(BigDecimal number) {
    return number == null || number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }
}
