package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.List;

/**
 * How pages draw a metric, and what its values mean.
 *
 * @param decimals the decimal places of its values; null if they vary
 * @param direction which change is good; null if none is
 * @param target the value to reach; null for none
 * @param thresholds states of the metric by its value, the mildest first; may be empty
 * @param show what is drawn of it, in this order; empty for the default
 * @param standardErrorPercent of values that are estimated; null if they are not
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MetricDisplay(
    Integer decimals,
    Direction direction,
    BigDecimal target,
    List<Threshold> thresholds,
    List<Widget> show,
    BigDecimal standardErrorPercent) {
  public MetricDisplay {
    thresholds = List.copyOf(thresholds);
    show = List.copyOf(show);
  }

  /** Of values that are not estimated. */
  public MetricDisplay(
      Integer decimals,
      Direction direction,
      BigDecimal target,
      List<Threshold> thresholds,
      List<Widget> show) {
    this(decimals, direction, target, thresholds, show, null);
  }

  /** The state of a value; null if it is beyond no threshold. */
  public String stateOf(BigDecimal value) {
    String state = null;
    for (Threshold each : thresholds) {
      int order = value.compareTo(each.at());
      if (direction == Direction.UP ? order <= 0 : order >= 0) state = each.state();
    }
    return state;
  }

  /** Which change of a metric is good. */
  public enum Direction {
    @JsonProperty("up")
    UP,
    @JsonProperty("down")
    DOWN
  }

  /**
   * A bound from which on a metric has a state: at most this value if {@link Direction#UP} is good,
   * otherwise at least this value.
   *
   * @param state such as {@code warning}
   */
  public record Threshold(String state, BigDecimal at) {}

  /** A part of a page. */
  public enum Widget {
    @JsonProperty("tile")
    TILE,
    @JsonProperty("chart")
    CHART,
    @JsonProperty("table")
    TABLE
  }
}
