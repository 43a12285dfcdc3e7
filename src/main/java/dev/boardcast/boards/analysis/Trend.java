package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;

/**
 * Where one number goes.
 *
 * @param direction since a day ago, as in {@code day}
 * @param change since a day ago, as in {@code day}
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
   * A number compared with what it was.
   *
   * @param direction stable when it changed by no more than half a percent; null when one of the
   *     two is not known
   * @param change in percent of what it was; null also when that was 0 and it is not any more
   * @param previous what it was; null when that is not known
   */
  record Step(Direction direction, BigDecimal change, BigDecimal previous) {
    static Step of(BigDecimal now, BigDecimal then) {
      if (now == null || then == null) return new Step(null, null, then);
      var difference = now.subtract(then);
      if (then.signum() == 0 && difference.signum() != 0) {
        return new Step(direction(difference), null, then);
      }
      var change = difference.signum() == 0 ? new BigDecimal("0.0") : Percent.of(difference, then);
      boolean isStable = change.abs().compareTo(STABLE) <= 0;
      return new Step(isStable ? Direction.STABLE : direction(change), change, then);
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
