package dev.boardcast.boards.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingSnapshotTest {
  @ParameterizedTest
  @CsvSource({
    "0.12324790, 1000, 0.0001232479",
    "1, 3, 0.333333333333",
    "2, 3, 0.666666666667",
    "1e-25, 3, 0.0000000000000000000000000333333333333",
    "0, 7, 0",
    "300, 3, 100",
    "999999999999, 7, 142857142857"
  })
  void meansHaveTwelveDecimalsOrTwelveDigitsAndNoExponent(
      BigDecimal sum, long count, String expected) {
    assertEquals(expected, Json.encode(RoutingSnapshot.mean(sum, count)));
  }

  @Test
  void withoutDecisionsThereAreZerosAndNoMeans() {
    assertEquals(
        "{\"total_decisions\":0,\"total_cost\":0,\"avg_confidence\":null,"
            + "\"strategy_performance\":{},"
            + "\"confidence_distribution\":{\"high\":0,\"medium\":0,\"low\":0},"
            + "\"provider_usage\":{},\"cost_by_provider\":{},"
            + "\"model_usage\":{},\"cost_by_model\":{},"
            + "\"tokens\":{\"input\":0,\"output\":0,\"cached\":0,\"reasoning\":0},"
            + "\"tokens_by_model\":{},\"errors\":0,\"error_rate\":null,"
            + "\"decisions_by_status\":{},\"latency_ms\":{\"avg\":null,\"p50\":null,"
            + "\"p95\":null,\"p99\":null,\"p95_by_provider\":{}},\"cost_by_user\":{},"
            + "\"cost_by_team\":{},\"cost_by_key\":{},\"cost_by_tag\":{},\"budgets\":{}}",
        Json.encode(
            RoutingSnapshot.of(
                List.of(),
                new UsageTotals(List.of()),
                new Latencies(null, null, null, Map.of()),
                List.of())));
  }
}
