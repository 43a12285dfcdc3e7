package dev.boardcast.boards.routing;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Costs and numbers of decisions by user, team, key, status and tag: the {@value #TOP} with the
 * highest costs of each, and what all others cost together under {@value #OTHER}, so that the parts
 * add up to all decisions. A decision has several tags or none, so tags have no others.
 */
record UsageTotals(List<Entry> entries) {
  static final int TOP = 20;
  static final String OTHER = "other";
  private static final String ALL_OTHERS = "(all others)";

  /**
   * The decisions of one name.
   *
   * @param name empty for decisions without one
   */
  record Entry(String dimension, String name, long decisions, BigDecimal cost) {
    static Entry of(Row row) {
      BigDecimal cost = row.get(Numeric.class, "cost_sum").bigDecimalValue();
      return new Entry(
          row.getString("dimension"),
          row.getString("name"),
          row.getLong("decisions"),
          cost.signum() == 0 ? BigDecimal.ZERO : cost.stripTrailingZeros());
    }
  }

  private static final String ALL_TIME =
      """
      SELECT u.* FROM (VALUES ('user'), ('team'), ('key'), ('status'), ('tag')) AS d (dimension)
        CROSS JOIN LATERAL (
          SELECT dimension, name, decisions, cost_sum FROM routing_usage l
          WHERE l.dimension = d.dimension AND bucket = '-infinity'
          ORDER BY cost_sum DESC, name LIMIT %d) AS u"""
          .formatted(TOP);
  private static final String WITHIN =
      """
      SELECT dimension, name, decisions, cost_sum
      FROM (SELECT dimension, name, sum(decisions)::bigint AS decisions, sum(cost_sum) AS cost_sum,
                   row_number() OVER (PARTITION BY dimension ORDER BY sum(cost_sum) DESC, name)
                     AS place
            FROM routing_usage WHERE bucket >= $1 AND bucket < $2 GROUP BY dimension, name) AS u
      WHERE place <= %d"""
          .formatted(TOP);

  static Future<UsageTotals> allTime(SqlClient client) {
    return client.preparedQuery(ALL_TIME).execute().map(UsageTotals::of);
  }

  static Future<UsageTotals> within(SqlClient client, Tuple range) {
    return client.preparedQuery(WITHIN).execute(range).map(UsageTotals::of);
  }

  private static UsageTotals of(Iterable<Row> rows) {
    var entries = new ArrayList<Entry>();
    rows.forEach(row -> entries.add(Entry.of(row)));
    entries.sort(Comparator.comparing(Entry::name));
    return new UsageTotals(entries);
  }

  /** Numbers of decisions by name; at most as many names as there are. */
  Map<String, Long> decisions(String dimension) {
    var named = new LinkedHashMap<String, Long>();
    for (Entry entry : of(dimension)) named.put(entry.name(), entry.decisions());
    return named;
  }

  /**
   * Costs by name.
   *
   * @param total of all decisions; null where they are no parts of it
   */
  Map<String, BigDecimal> costs(String dimension, BigDecimal total) {
    var named = new LinkedHashMap<String, BigDecimal>();
    BigDecimal rest = total;
    for (Entry entry : of(dimension)) {
      named.put(entry.name(), entry.cost());
      if (rest != null) rest = rest.subtract(entry.cost());
    }
    if (rest != null && rest.signum() > 0 && !named.isEmpty()) {
      // A name may be that word.
      named.put(named.containsKey(OTHER) ? ALL_OTHERS : OTHER, rest.stripTrailingZeros());
    }
    return named;
  }

  /** The names of a dimension; none if no decision has one. */
  private List<Entry> of(String dimension) {
    List<Entry> all =
        entries.stream().filter(entry -> entry.dimension().equals(dimension)).toList();
    return all.stream().allMatch(entry -> entry.name().isEmpty()) ? List.of() : all;
  }
}
