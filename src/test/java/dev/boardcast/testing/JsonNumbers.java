package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.MetricDescription;
import java.util.List;
import java.util.Set;

/** Finds the numbers in a board's snapshot. */
public final class JsonNumbers {
  private JsonNumbers() {}

  /** How many numbers are not 0. */
  public static long count(JsonNode node) {
    if (node.isValueNode()) return node.isNumber() && node.decimalValue().signum() != 0 ? 1 : 0;
    long count = 0;
    for (JsonNode child : node) count += count(child);
    return count;
  }

  /** Adds the path of each metric: that of its description, else of each number. */
  public static void paths(
      String path, JsonNode node, List<MetricDescription> metrics, Set<String> found) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              each ->
                  paths(
                      path.isEmpty() ? each.getKey() : path + "." + each.getKey(),
                      each.getValue(),
                      metrics,
                      found));
      return;
    }
    var description = metrics.stream().filter(metric -> fits(metric.path(), path)).findFirst();
    description.ifPresent(metric -> found.add(metric.path()));
    if (description.isEmpty() && node.isNumber()) found.add(path);
  }

  private static boolean fits(String pattern, String path) {
    String[] wanted = pattern.split("\\.");
    String[] steps = path.split("\\.", wanted.length);
    if (wanted.length != steps.length) return false;
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].equals("*") && !wanted[i].equals(steps[i])) return false;
    }
    return true;
  }
}
