package dev.boardcast.boards.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/**
 * Adds to the parts of a whole what its query leaves out, such as by {@code LIMIT}, under the key
 * {@code other}: so the parts add up to the whole, and a percentage of their sum is one of all.
 */
final class ShareRest {
  private ShareRest() {}

  /** Completes the groups of a snapshot whose shares have a whole. */
  static void add(BoardFile file, ObjectNode data) {
    file.wholes()
        .forEach(
            (path, whole) -> {
              String[] names = path.split("\\.");
              var group = (ObjectNode) data.get(names[0]);
              String column = names.length == 3 ? names[2] : "";
              BigDecimal rest = rest(data.get(whole.text()), group, column);
              if (rest.compareTo(rounding(data.get(whole.text()))) <= 0) return;
              JsonNode other = value(group.get(MetricQuery.OTHER), column);
              if (other.isNumber()) rest = rest.add(other.decimalValue());
              var target = column.isEmpty() ? group : group.withObjectProperty(MetricQuery.OTHER);
              target.put(column.isEmpty() ? MetricQuery.OTHER : column, rest);
            });
  }

  /** What the shown parts lack; zero where the whole is unknown. */
  private static BigDecimal rest(JsonNode whole, ObjectNode group, String column) {
    if (whole == null || !whole.isNumber()) return BigDecimal.ZERO;
    BigDecimal rest = whole.decimalValue();
    for (JsonNode part : group) {
      JsonNode value = value(part, column);
      if (value.isNumber()) rest = rest.subtract(value.decimalValue());
    }
    return rest;
  }

  /** Sums of binary fractions differ in their last digits by the order of their terms. */
  private static BigDecimal rounding(JsonNode whole) {
    boolean isNumber = whole != null && whole.isNumber();
    return isNumber ? whole.decimalValue().abs().movePointLeft(12) : BigDecimal.ZERO;
  }

  private static JsonNode value(JsonNode part, String column) {
    JsonNode value = part == null || column.isEmpty() ? part : part.get(column);
    return value == null ? MissingNode.getInstance() : value;
  }
}
