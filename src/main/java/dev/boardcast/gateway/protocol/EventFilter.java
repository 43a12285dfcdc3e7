package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which events of a stream a client wants: those of some types whose data meets every comparison.
 * Equal for the same conditions, in any order. Immutable.
 *
 * @param types none for all
 */
public record EventFilter(Set<String> types, Set<Comparison> comparisons) {
  public EventFilter {
    types = Set.copyOf(types);
    comparisons = Set.copyOf(comparisons);
  }

  /**
   * @param data parsed on first use; called only where the type is one that is wanted
   */
  public boolean matches(String type, Supplier<JsonNode> data) {
    if (!types.isEmpty() && !types.contains(type)) return false;
    if (comparisons.isEmpty()) return true;
    JsonNode tree = data.get();
    for (Comparison each : comparisons) {
      if (!each.matches(tree)) return false;
    }
    return true;
  }
}
