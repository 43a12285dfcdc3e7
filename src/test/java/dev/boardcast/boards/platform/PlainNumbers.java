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
        WHERE status = 'completed' AND coalesce(currency, '') = ''
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

  // Every amount by itself, with the rate of its day.
  private static final String CURRENCIES =
      """
      WITH clock AS (SELECT $1::timestamptz AT TIME ZONE $2 AS local),
      money AS (
        SELECT coalesce(nullif(currency, ''), 'USD') AS currency, amount,
               occurred_at AT TIME ZONE $2 AS at,
               CASE WHEN coalesce(currency, '') = '' THEN 1 ELSE (
                 SELECT rate FROM platform_rate r
                 WHERE r.currency = t.currency AND r.target = 'USD'
                   AND r.valid_from <= (t.occurred_at AT TIME ZONE 'UTC')::date
                 ORDER BY valid_from DESC LIMIT 1) END AS rate
        FROM platform_transaction t WHERE status = 'completed'
      ), foreign_money AS (
        SELECT currency, count(rate) AS rated FROM money WHERE currency <> 'USD' GROUP BY 1
      ), shown AS (
        SELECT currency FROM foreign_money
        UNION SELECT 'USD' WHERE EXISTS (SELECT FROM foreign_money)
      ), period (name, unit) AS (
        VALUES ('total', NULL), ('today', 'day'), ('thisWeek', 'week'), ('thisMonth', 'month')
      ), dated AS (
        SELECT name, currency, amount, rate FROM money, period, clock
        WHERE unit IS NULL OR date_trunc(unit, at) = date_trunc(unit, local)
      )
      SELECT 'revenue.byCurrency.' || s.currency || '.' || p.name AS path,
             coalesce((SELECT sum(amount) FROM dated d
                       WHERE (d.currency, d.name) = (s.currency, p.name)), 0) AS number
      FROM shown s, period p
      UNION ALL
      SELECT 'revenue.converted.' || name,
             coalesce((SELECT sum(amount * rate) FROM dated d WHERE d.name = p.name), 0)
      FROM period p WHERE EXISTS (SELECT FROM foreign_money WHERE rated > 0)
      UNION ALL
      SELECT 'revenue.withoutRate.' || currency || '.facts', count(*) FROM money
      WHERE rate IS NULL GROUP BY currency
      UNION ALL
      SELECT 'revenue.withoutRate.' || currency || '.amount', sum(amount) FROM money
      WHERE rate IS NULL GROUP BY currency""";

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
    var others = client.preparedQuery(CURRENCIES).execute(at);
    return client
        .preparedQuery(READ)
        .execute(at)
        .compose(rows -> others.map(rows))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              Map<String, BigDecimal> numbers = new TreeMap<>();
              for (Row other : others.result()) {
                numbers.put(
                    other.getString("path"),
                    plain(other.get(Numeric.class, "number").bigDecimalValue()));
              }
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
    snapshot.properties().forEach(group -> add(numbers, group.getKey(), group.getValue()));
    return numbers;
  }

  private static void add(Map<String, BigDecimal> numbers, String path, JsonNode value) {
    if (value.isNumber()) numbers.put(path, plain(value.decimalValue()));
    value.properties().forEach(each -> add(numbers, path + "." + each.getKey(), each.getValue()));
  }

  private static BigDecimal plain(BigDecimal number) {
    return number == null || number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }
}
