package dev.boardcast.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a rule sees at one time. Immutable.
 *
 * @param found the values that there are, by the keys of their states
 * @param keys the states that are looked at whether or not they have a value
 */
record SeenValues(Map<String, BigDecimal> found, Set<String> keys) {
  static final SeenValues NOTHING = new SeenValues(Map.of(), Set.of());

  /**
   * What is in the snapshot of a whole board.
   *
   * @param known the keys of the rule's states
   */
  static SeenValues of(AlertRule rule, JsonNode snapshot, Set<String> known) {
    Set<String> keys = new LinkedHashSet<>(known);
    if (!rule.reference().isMany()) keys.add("");
    return new SeenValues(rule.reference().read(snapshot), keys);
  }

  boolean isNothing() {
    return found.isEmpty() && keys.isEmpty();
  }
}
