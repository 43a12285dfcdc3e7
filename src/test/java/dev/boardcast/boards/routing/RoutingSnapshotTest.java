package dev.boardcast.boards.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.util.List;
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
            + "\"model_usage\":{},\"cost_by_model\":{}}",
        Json.encode(RoutingSnapshot.of(List.of())));
  }
}
