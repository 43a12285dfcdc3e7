package dev.boardcast.boards.yaml;

import dev.boardcast.spi.MetricDisplay;
import dev.boardcast.spi.MetricDisplay.Direction;
import dev.boardcast.spi.MetricDisplay.Threshold;
import dev.boardcast.spi.MetricDisplay.Widget;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;

/** Reads how a metric of a board file of version 2 is drawn, and what its values mean. */
final class DisplayReader {
  static final List<String> KEYS =
      List.of("currency", "decimals", "direction", "target", "thresholds", "show");

  private static final int MAX_STATES = 5;

  private final YamlValue.Keyed metric;
  private final boolean hasKeys;

  /**
   * @param hasKeys whether the metric has one value per key of a dimension
   */
  DisplayReader(YamlValue.Keyed metric, boolean hasKeys) {
    this.metric = metric;
    this.hasKeys = hasKeys;
  }

  /** The unit of an amount of money: the currency's code in lower case. */
  static String currency(YamlValue.Keyed metric) {
    var text = metric.text("currency");
    if (metric.has("unit")) {
      throw new InvalidBoardFileException(
          metric.keys().get("unit"), "unit and currency are given, expected one of them");
    }
    try {
      return Currency.getInstance(text.text()).getCurrencyCode().toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException unknown) {
      throw InvalidBoardFileException.value(
          text.position(), "currency", text.text(), "an ISO 4217 code such as EUR");
    }
  }

  /** Null if the file says nothing of it. */
  MetricDisplay read() {
    BigDecimal error = MetricsReader.isApproximate(metric) ? Measure.STANDARD_ERROR_PERCENT : null;
    boolean isDefault = KEYS.stream().filter(key -> !key.equals("currency")).noneMatch(metric::has);
    if (isDefault && error == null) return null;
    Direction direction = direction();
    List<Threshold> thresholds = thresholds(direction);
    if (hasKeys && metric.has("target")) {
      throw new InvalidBoardFileException(
          metric.keys().get("target"), "target belongs to metrics without by");
    }
    BigDecimal target =
        metric.has("target") ? BoardFileLimits.number("target", metric.text("target")) : null;
    return new MetricDisplay(
        metric.has("decimals") ? Integer.valueOf(metric.text("decimals").text()) : null,
        direction,
        target,
        thresholds,
        metric.has("show") ? show() : List.of(),
        error);
  }

  private Direction direction() {
    if (!metric.has("direction")) return null;
    var text = metric.text("direction");
    return switch (text.text()) {
      case "up" -> Direction.UP;
      case "down" -> Direction.DOWN;
      default ->
          throw InvalidBoardFileException.value(
              text.position(), "direction", text.text(), "up or down: which change is good");
    };
  }

  private List<Threshold> thresholds(Direction direction) {
    if (!metric.has("thresholds")) return List.of();
    var position = metric.keys().get("thresholds");
    if (direction == null || hasKeys) {
      throw new InvalidBoardFileException(
          position,
          hasKeys
              ? "thresholds belong to metrics without by"
              : "thresholds need direction: up or down");
    }
    var named = metric.keyed("thresholds");
    BoardFileLimits.atMost(MAX_STATES, named.entries().size(), "thresholds", position);
    List<Threshold> thresholds = new ArrayList<>();
    for (String state : named.entries().keySet()) {
      BoardFileLimits.name("a state", state, named.keys().get(state));
      thresholds.add(new Threshold(state, BoardFileLimits.number(state, named.text(state))));
    }
    Comparator<Threshold> byValue = Comparator.comparing(Threshold::at);
    thresholds.sort(direction == Direction.UP ? byValue.reversed() : byValue);
    return thresholds;
  }

  private List<Widget> show() {
    List<Widget> widgets = new ArrayList<>();
    for (var text : metric.texts("show")) {
      widgets.add(
          switch (text.text()) {
            case "tile" -> Widget.TILE;
            case "chart" -> Widget.CHART;
            case "table" -> Widget.TABLE;
            default ->
                throw InvalidBoardFileException.value(
                    text.position(), "show", text.text(), "tile, chart or table");
          });
    }
    return widgets;
  }
}
