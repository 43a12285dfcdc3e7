package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares the routing board's metrics with the expected ones.
 *
 * @param metrics the data of a snapshot
 */
public record RoutingTotals(JsonNode metrics) {
  private static final String PLAIN =
      """
      SELECT json_object_agg(name, json_build_object('count', n, 'cost', c)) FROM (
        SELECT coalesce(%1$s, '') AS name, count(*) AS n, sum(cost) AS c
        FROM routing_decision GROUP BY 1) AS d""";

  public long total() {
    return metrics.path("total_decisions").asLong(-1);
  }

  public BigDecimal cost() {
    return metrics.get("total_cost").decimalValue();
  }

  /** Compares with the import of {@link RoutingFacts}, where the strategy is the metric. */
  public void assertEqual(ExpectedTotals expected) {
    long decisions = expected.count("/all/decisions");
    assertEquals(decisions, total());
    assertEquals(expected.count("/distinct_model_question_pairs"), total());
    expected.decimal("/all/cost", cost());
    expected.decimal("/all/cost_per_decision", mean(cost(), decisions));
    assertEquals(expected.counts("/decisions_by_provider"), counts("provider_usage", ""));
    assertEquals(expected.counts("/decisions_by_metric"), counts("strategy_performance", "/count"));
    assertEquals(Set.copyOf(expected.names("/by_model")), counts("model_usage", "").keySet());
    for (String model : expected.names("/by_model")) {
      long count = expected.count("/by_model/" + model + "/decisions");
      BigDecimal cost = metrics.get("cost_by_model").get(model).decimalValue();
      assertEquals(count, counts("model_usage", "").get(model));
      expected.decimal("/by_model/" + model + "/cost", cost);
      expected.decimal("/by_model/" + model + "/cost_per_decision", mean(cost, count));
    }
    // No confidence was recorded.
    assertTrue(metrics.get("avg_confidence").isNull());
    assertEquals(0, metrics.at("/confidence_distribution/high").asLong());
    assertEquals(0, metrics.at("/confidence_distribution/medium").asLong());
    assertEquals(0, metrics.at("/confidence_distribution/low").asLong());
  }

  /** Compares incremental sums with plain SQL over all facts, exactly. */
  public void assertEqualRecomputation(Sql sql) throws Exception {
    assertSame(sql, "'all'", "", "/total_decisions", "/total_cost");
    assertSame(sql, "strategy", "/strategy_performance", "/count", "/total_cost");
    assertSame(sql, "provider", "/provider_usage", "", null);
    assertSame(sql, "provider", "/cost_by_provider", null, "");
    assertSame(sql, "model", "/model_usage", "", null);
    assertSame(sql, "model", "/cost_by_model", null, "");
  }

  private void assertSame(Sql sql, String grouping, String path, String count, String cost)
      throws Exception {
    JsonNode plain = Json.MAPPER.readTree(sql.column(PLAIN.formatted(grouping)).get(0));
    if (!path.isEmpty()) assertEquals(plain.size(), metrics.at(path).size(), path);
    for (var each : plain.properties()) {
      JsonNode folded = path.isEmpty() ? metrics : metrics.at(path).get(each.getKey());
      JsonNode sums = each.getValue();
      if (count != null) assertEquals(sums.get("count").asLong(), folded.at(count).asLong());
      if (cost != null) {
        var sum = sums.get("cost").decimalValue();
        assertEquals(0, sum.compareTo(folded.at(cost).decimalValue()), path + each.getKey());
      }
    }
  }

  private TreeMap<String, Long> counts(String field, String below) {
    var counts = new TreeMap<String, Long>();
    metrics
        .get(field)
        .properties()
        .forEach(each -> counts.put(each.getKey(), each.getValue().at(below).asLong()));
    return counts;
  }

  private static BigDecimal mean(BigDecimal sum, long count) {
    return sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL64);
  }
}
