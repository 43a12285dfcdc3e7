package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.boardcast.boards.analysis.Trend.Direction;
import dev.boardcast.boards.analysis.Trend.Step;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrendTest {
  @ParameterizedTest
  @CsvSource({
    "50.0, 40.0, UP, 25.0",
    "40.0, 50.0, DOWN, -20.0",
    "50.0, 50.0, STABLE, 0.0",
    "100.5, 100.0, STABLE, 0.5",
    "99.5, 100.0, STABLE, -0.5",
    "100.5001, 100.0, UP, 0.5001",
    "99.4999, 100.0, DOWN, -0.5001",
    "0.0, 3.0, DOWN, -100.0",
    "0.0, 0.0, STABLE, 0.0",
    "3, 2, UP, 50.0",
    "1, 3, DOWN, -66.6667"
  })
  void isStableWithinHalfAPercent(
      BigDecimal now, BigDecimal then, Direction direction, String change) {
    var step = Step.of(now, then);
    assertEquals(direction, step.direction());
    assertEquals(change, step.change().toPlainString());
    assertEquals(then, step.previous());
  }

  @Test
  void fromZeroItGoesUpByNoPercentage() {
    var step = Step.of(BigDecimal.ONE, BigDecimal.ZERO);
    assertEquals(Direction.UP, step.direction());
    assertNull(step.change());
  }

  @Test
  void anUnknownValueHasNoTrend() {
    assertEquals(new Step(null, null, null), Step.of(BigDecimal.ONE, null));
    assertEquals(new Step(null, null, BigDecimal.ONE), Step.of(null, BigDecimal.ONE));
    assertEquals(new Step(null, null, null), Step.of(null, null));
  }

  @Test
  void theTrendOfTheDayIsAtTheTop() {
    var ten = BigDecimal.TEN;
    var trend = Trend.of(ten, ten, new BigDecimal("8"), new BigDecimal("20"));
    assertEquals(Direction.UP, trend.direction());
    assertEquals("25.0", trend.change().toPlainString());
    assertEquals(Direction.STABLE, trend.hour().direction());
    assertEquals(Direction.UP, trend.day().direction());
    assertEquals(Direction.DOWN, trend.week().direction());
  }
}
