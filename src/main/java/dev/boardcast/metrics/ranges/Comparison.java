package dev.boardcast.metrics.ranges;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A metric compared with another value of it.
 *
 * @param value the other one; null if unknown
 * @param direction of the metric since; stable if it changed by at most 0.5 percent; null if either
 *     value is unknown
 * @param change in percent of the other value; null if either value is unknown, or if it changed
 *     from 0
 * @param at of when the other value is, if not of the time of all comparisons; null if it is
 */
public record Comparison(
    BigDecimal value,
    Direction direction,
    BigDecimal change,
    @JsonInclude(JsonInclude.Include.NON_NULL) Instant at) {
  private static final BigDecimal STABLE = new BigDecimal("0.5");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final MathContext PRECISION = new MathContext(60);
  private static final int DECIMALS = 4;

  /** How a metric has moved. */
  enum Direction {
    @JsonProperty("up")
    UP,
    @JsonProperty("down")
    DOWN,
    @JsonProperty("stable")
    STABLE
  }

  /** Compares each number with the one of the same name; those without one have a null value. */
  public static Map<String, Comparison> of(
      Map<String, BigDecimal> now, Map<String, BigDecimal> other) {
    var compared = new LinkedHashMap<String, Comparison>();
    now.forEach((metric, value) -> compared.put(metric, of(value, other.get(metric))));
    return compared;
  }

  /** The same, said to be with a value of this time. */
  public Comparison at(Instant time) {
    return new Comparison(value, direction, change, time);
  }

  static Comparison of(BigDecimal now, BigDecimal other) {
    if (now == null || other == null) return new Comparison(other, null, null, null);
    BigDecimal difference = now.subtract(other);
    if (difference.signum() == 0) {
      return new Comparison(other, Direction.STABLE, new BigDecimal("0.0"), null);
    }
    if (other.signum() == 0) return new Comparison(other, direction(difference), null, null);
    // Of its size: a negative value that rises has gone up.
    BigDecimal change = percent(difference, other.abs());
    boolean isStable = change.abs().compareTo(STABLE) <= 0;
    return new Comparison(other, isStable ? Direction.STABLE : direction(difference), change, null);
  }

  /**
   * The numbers of metrics by their paths, and nulls where a number is not known.
   *
   * @param metrics one JSON object
   */
  public static Map<String, BigDecimal> numbers(RawJson metrics) {
    try {
      var numbers = new LinkedHashMap<String, BigDecimal>();
      add(Json.MAPPER.readTree(metrics.text()), "", numbers);
      return numbers;
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("a board's metrics are not JSON", broken);
    }
  }

  private static void add(JsonNode node, String path, Map<String, BigDecimal> numbers) {
    if (node.isObject()) {
      String prefix = path.isEmpty() ? "" : path + ".";
      node.properties().forEach(each -> add(each.getValue(), prefix + each.getKey(), numbers));
    } else if (node.isNumber() || node.isNull()) {
      numbers.put(path, node.isNumber() ? node.decimalValue() : null);
    }
  }

  private static Direction direction(BigDecimal difference) {
    return difference.signum() > 0 ? Direction.UP : Direction.DOWN;
  }

  private static BigDecimal percent(BigDecimal part, BigDecimal whole) {
    BigDecimal percent =
        part.multiply(HUNDRED)
            .divide(whole, PRECISION)
            .setScale(DECIMALS, RoundingMode.HALF_UP)
            .stripTrailingZeros();
    return percent.setScale(Math.max(1, percent.scale()));
  }
}
