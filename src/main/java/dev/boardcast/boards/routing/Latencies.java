package dev.boardcast.boards.routing;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * Percentiles of latencies in milliseconds, within 1 %: of the middles of logarithmic bins, whose
 * number does not grow with decisions.
 *
 * @param p50 null without latencies, as the others
 * @param p95ByProvider providers without latencies are left out
 */
record Latencies(
    BigDecimal p50, BigDecimal p95, BigDecimal p99, Map<String, BigDecimal> p95ByProvider) {
  private static final String SELECT =
      """
      WITH bins AS (
        SELECT provider, bin, sum(decisions) AS n FROM routing_latency
        WHERE %s GROUP BY GROUPING SETS ((provider, bin), (bin))
      ), ranked AS (
        SELECT provider, bin, sum(n) OVER (PARTITION BY provider ORDER BY bin) AS upto,
               sum(n) OVER (PARTITION BY provider) AS total
        FROM bins
      )
      SELECT provider, min(bin) FILTER (WHERE upto * 100 >= total * 50) AS p50,
             min(bin) FILTER (WHERE upto * 100 >= total * 95) AS p95,
             min(bin) FILTER (WHERE upto * 100 >= total * 99) AS p99
      FROM ranked GROUP BY provider""";
  private static final String ALL_TIME = SELECT.formatted("bucket = '-infinity'");
  private static final String WITHIN = SELECT.formatted("bucket >= $1 AND bucket < $2");

  static Future<Latencies> allTime(SqlClient client) {
    return client.preparedQuery(ALL_TIME).execute().map(Latencies::of);
  }

  static Future<Latencies> within(SqlClient client, Tuple range) {
    return client.preparedQuery(WITHIN).execute(range).map(Latencies::of);
  }

  private static Latencies of(Iterable<Row> rows) {
    BigDecimal[] all = new BigDecimal[3];
    var providers = new TreeMap<String, BigDecimal>();
    for (Row row : rows) {
      String provider = row.getString("provider");
      if (provider != null) {
        providers.put(provider, number(row, "p95"));
      } else {
        all = new BigDecimal[] {number(row, "p50"), number(row, "p95"), number(row, "p99")};
      }
    }
    return new Latencies(all[0], all[1], all[2], providers);
  }

  private static BigDecimal number(Row row, String column) {
    BigDecimal number = row.get(Numeric.class, column).bigDecimalValue();
    return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
  }
}
