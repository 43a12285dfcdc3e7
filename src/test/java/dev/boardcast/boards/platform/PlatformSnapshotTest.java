package dev.boardcast.boards.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformSnapshotTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.00",
    "0.000, 0.00",
    "5, 5.00",
    "1E+3, 1000.00",
    "125000.5, 125000.50",
    "438852.650, 438852.65",
    "-0.125, -0.125",
    "1E-12, 0.000000000001"
  })
  void moneyHasTwoDecimalsOrAsManyAsItNeeds(String amount, String expected) {
    assertEquals(expected, Json.encode(Money.of(new BigDecimal(amount))));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0.00",
    "5, 0, 0.00",
    "0, 5, 0.00",
    "1, 3, 33.33",
    "2, 3, 66.67",
    "9, 4, 225.00"
  })
  void conversionIsInPercentWithTwoDecimals(long purchases, long views, String expected) {
    assertEquals(expected, Json.encode(Money.percent(purchases, views)));
  }

  @Test
  void theSnapshotHasTheShapeOfTheContract() {
    var ever = new PlatformTotals(new BigDecimal("125000.5"), 12, 5380, 28, 125000);
    var numbers =
        PlatformSnapshot.of(
            ever,
            List.of(sums("5420"), sums("32100"), sums("98500")),
            RevenueByCurrency.of("USD", List.of(ever.revenue()), List.of(List.of())),
            new ActiveUserCounts(42, 1250, 89, Optional.empty(), Optional.empty()));
    assertEquals(
        """
        {"revenue":{"total":125000.50,"today":5420.00,"thisWeek":32100.00,"thisMonth":98500.00},\
        "activeUsers":{"current":42,"today":1250,"peak24h":89},\
        "transactions":{"total":5420,"pending":12,"completed":5380,"failed":28},\
        "content":{"totalViews":125000,"totalPurchases":5380,"conversionRate":4.30}}""",
        Json.encode(numbers));
  }

  private static PlatformTotals sums(String revenue) {
    return new PlatformTotals(new BigDecimal(revenue), 0, 0, 0, 0);
  }
}
