package dev.boardcast.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The metrics of a snapshot beside others.
 *
 * @param compared what is compared, as by HTTP
 * @param comparison by the path of the metric: value, direction and change
 */
public record SnapshotComparison(RawJson compared, Map<String, RawJson> comparison) {
  /**
   * The same for some metrics.
   *
   * @param metrics one JSON object that has these
   */
  public SnapshotComparison only(RawJson metrics) {
    var paths = new HashSet<String>();
    try {
      add(Json.MAPPER.readTree(metrics.text()), "", paths);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("a board's metrics are not JSON", broken);
    }
    var chosen = new LinkedHashMap<>(comparison);
    chosen.keySet().retainAll(paths);
    return new SnapshotComparison(compared, chosen);
  }

  private static void add(JsonNode node, String path, Set<String> paths) {
    String prefix = path.isEmpty() ? "" : path + ".";
    if (node.isObject()) {
      node.properties().forEach(each -> add(each.getValue(), prefix + each.getKey(), paths));
    } else {
      paths.add(path);
    }
  }
}
