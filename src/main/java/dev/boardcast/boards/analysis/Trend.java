package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;

/**
 * The trend of one metric.
 *
 * @param direction since a day ago, as in {@code day}
 * @param change since a day ago in percent, as in {@code day}
 */
record Trend(Direction direction, BigDecimal change, Step hour, Step day, Step week) {
  private static final BigDecimal STABLE = new BigDecimal("0.5");

  enum Direction {
    @JsonProperty("up")
    UP,
    @JsonProperty("down")
    DOWN,
    @JsonProperty("stable")
    STABLE
  }

  /**
   * A metric compared with an earlier value.
   *
   * @param direction stable if it changed by at most 0.5 percent; null if either value is unknown
   * @param change in percent of the earlier value; null if either value is unknown, or if it
   *     changed from 0
   * @param previous the earlier value; null if unknown
   */
  record Step(Direction direction, BigDecimal change, BigDecimal previous) {
    static Step of(BigDecimal now, BigDecimal previous) {
      if (now == null || previous == null) return new Step(null, null, previous);
      var difference = now.subtract(previous);
      if (previous.signum() == 0 && difference.signum() != 0) {
        return new Step(direction(difference), null, previous);
      }
      var change =
          difference.signum() == 0 ? new BigDecimal("0.0") : Percent.of(difference, previous);
      boolean isStable = change.abs().compareTo(STABLE) <= 0;
      return new Step(isStable ? Direction.STABLE : direction(change), change, previous);
    }

    private static Direction direction(BigDecimal change) {
      return change.signum() > 0 ? Direction.UP : Direction.DOWN;
    }
  }

  static Trend of(BigDecimal now, BigDecimal hourAgo, BigDecimal dayAgo, BigDecimal weekAgo) {
    Step day = Step.of(now, dayAgo);
    return new Trend(
        day.direction(), day.change(), Step.of(now, hourAgo), day, Step.of(now, weekAgo));
  }
}
