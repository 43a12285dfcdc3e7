package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;

/**
 * Compares a member of an event's data with values. Numbers are compared as numbers, texts by their
 * characters, so that times in ISO 8601 of one zone are in order; a member of another type, or that
 * is missing, is neither equal nor before nor after.
 *
 * @param values one; or several, of which one has to be equal, for {@link Operator#IN}
 */
record Comparison(MemberPath path, Operator operator, List<JsonNode> values) {
  /** How a member compares with a value. */
  enum Operator {
    EQ,
    NE,
    LT,
    LTE,
    GT,
    GTE,
    IN;

    boolean isOrder() {
      return this == LT || this == LTE || this == GT || this == GTE;
    }
  }

  boolean matches(JsonNode data) {
    JsonNode found = path.find(data);
    return switch (operator) {
      case EQ, IN -> values.stream().anyMatch(value -> isEqual(found, value));
      case NE -> !isEqual(found, values.get(0));
      case LT, LTE, GT, GTE -> isInOrder(found, values.get(0));
    };
  }

  private static boolean isEqual(JsonNode found, JsonNode value) {
    if (found.isNumber() && value.isNumber()) return decimal(found).compareTo(decimal(value)) == 0;
    return found.equals(value);
  }

  private boolean isInOrder(JsonNode found, JsonNode value) {
    if (!isComparable(found, value)) return false;
    int order =
        found.isNumber()
            ? decimal(found).compareTo(decimal(value))
            : found.textValue().compareTo(value.textValue());
    return switch (operator) {
      case LT -> order < 0;
      case LTE -> order <= 0;
      case GT -> order > 0;
      default -> order >= 0;
    };
  }

  private static boolean isComparable(JsonNode found, JsonNode value) {
    return (found.isNumber() && value.isNumber()) || (found.isTextual() && value.isTextual());
  }

  private static BigDecimal decimal(JsonNode number) {
    return number.decimalValue();
  }
}
