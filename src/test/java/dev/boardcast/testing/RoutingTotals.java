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
 * The routing board's numbers against what they must be.
 *
 * @param numbers as a snapshot holds them
 */
public record RoutingTotals(JsonNode numbers) {
  private static final String PLAIN =
      """
      SELECT json_object_agg(name, json_build_object('count', n, 'cost', c)) FROM (
        SELECT coalesce(%1$s, '') AS name, count(*) AS n, sum(cost) AS c
        FROM routing_decision GROUP BY 1) AS d""";

  public long total() {
    return numbers.path("total_decisions").asLong(-1);
  }

  public BigDecimal cost() {
    return numbers.get("total_cost").decimalValue();
  }

  /** The import of {@link RoutingFacts}, nothing more: strategy is the recorded metric. */
  public void assertAre(Truth truth) {
    long decisions = truth.count("/all/decisions");
    assertEquals(decisions, total());
    assertEquals(truth.count("/distinct_model_question_pairs"), total());
    truth.decimal("/all/cost", cost());
    truth.decimal("/all/cost_per_decision", mean(cost(), decisions));
    assertEquals(truth.counts("/decisions_by_provider"), counts("provider_usage", ""));
    assertEquals(truth.counts("/decisions_by_metric"), counts("strategy_performance", "/count"));
    assertEquals(Set.copyOf(truth.names("/by_model")), counts("model_usage", "").keySet());
    for (String model : truth.names("/by_model")) {
      long own = truth.count("/by_model/" + model + "/decisions");
      BigDecimal spent = numbers.get("cost_by_model").get(model).decimalValue();
      assertEquals(own, counts("model_usage", "").get(model));
      truth.decimal("/by_model/" + model + "/cost", spent);
      truth.decimal("/by_model/" + model + "/cost_per_decision", mean(spent, own));
    }
    // No confidence was recorded.
    assertTrue(numbers.get("avg_confidence").isNull());
    assertEquals(0, numbers.at("/confidence_distribution/high").asLong());
    assertEquals(0, numbers.at("/confidence_distribution/medium").asLong());
    assertEquals(0, numbers.at("/confidence_distribution/low").asLong());
  }

  /** What was folded bit by bit equals what plain SQL says of all facts, to the last digit. */
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
    if (!path.isEmpty()) assertEquals(plain.size(), numbers.at(path).size(), path);
    for (var each : plain.properties()) {
      JsonNode folded = path.isEmpty() ? numbers : numbers.at(path).get(each.getKey());
      JsonNode expected = each.getValue();
      if (count != null) assertEquals(expected.get("count").asLong(), folded.at(count).asLong());
      if (cost != null) {
        var sum = expected.get("cost").decimalValue();
        assertEquals(0, sum.compareTo(folded.at(cost).decimalValue()), path + each.getKey());
      }
    }
  }

  private TreeMap<String, Long> counts(String field, String below) {
    var counts = new TreeMap<String, Long>();
    numbers
        .get(field)
        .properties()
        .forEach(each -> counts.put(each.getKey(), each.getValue().at(below).asLong()));
    return counts;
  }

  private static BigDecimal mean(BigDecimal sum, long count) {
    return sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL64);
  }
}
