package dev.boardcast.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.MetricDescription;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A metric of a board, as a rule names it: by the path in the board's description, or by the JSON
 * pointer of its place in the snapshot. Immutable.
 *
 * @param path in the description; {@code *} stands for every key of an object
 * @param key in place of the stars, separated by blanks; empty for all keys, or where there are
 *     none
 */
record MetricReference(String path, Optional<String> key) {
  private static final String STAR = "*";

  /**
   * Finds a metric of a board.
   *
   * @param metric a path or a JSON pointer
   * @return empty if the board has no such metric
   */
  static Optional<MetricReference> find(Board board, String metric, Optional<String> key) {
    if (!metric.startsWith("/")) {
      boolean exists = board.metrics().stream().anyMatch(each -> each.path().equals(metric));
      return exists ? Optional.of(new MetricReference(metric, key)) : Optional.empty();
    }
    List<String> pointer = new ArrayList<>();
    for (String step : metric.substring(1).split("/", -1)) {
      pointer.add(step.replace("~1", "/").replace("~0", "~"));
    }
    return board.metrics().stream()
        .map(MetricDescription::path)
        .flatMap(path -> match(path, pointer).stream())
        .findFirst();
  }

  private static Optional<MetricReference> match(String path, List<String> pointer) {
    String[] steps = path.split("\\.");
    if (steps.length != pointer.size()) return Optional.empty();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < steps.length; i++) {
      if (steps[i].equals(STAR)) keys.add(pointer.get(i));
      else if (!steps[i].equals(pointer.get(i))) return Optional.empty();
    }
    return Optional.of(
        new MetricReference(
            path, keys.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", keys))));
  }

  /** Whether there is one value per key. */
  boolean hasKeys() {
    return List.of(path.split("\\.")).contains(STAR);
  }

  /** Whether a rule for it watches any number of values. */
  boolean isMany() {
    return hasKeys() && key.isEmpty();
  }

  /** The name of one value: the path with its key in place of the stars. */
  String named(String ofKey) {
    int star = path.indexOf(STAR);
    if (star < 0 || ofKey.isEmpty()) return path;
    boolean isOne = star == path.lastIndexOf(STAR);
    if (isOne) return path.substring(0, star) + ofKey + path.substring(star + 1);
    String name = path;
    for (String each : ofKey.split(" ")) {
      name = name.replaceFirst("\\*", java.util.regex.Matcher.quoteReplacement(each));
    }
    return name;
  }

  /**
   * Reads the numbers in a snapshot, by key; "" is the key of a metric without keys, and of the one
   * key of a rule. Whatever is not a number is left out.
   */
  Map<String, BigDecimal> read(JsonNode snapshot) {
    Map<String, BigDecimal> found = new LinkedHashMap<>();
    read(snapshot, path.split("\\."), 0, "", found);
    return found;
  }

  /** The path of the object with all its keys, or of the one value: it has no stars. */
  String[] prefix() {
    String[] steps = path.split("\\.");
    int star = List.of(steps).indexOf(STAR);
    return star < 0 ? steps : Arrays.copyOf(steps, star);
  }

  /** As {@link #read}, in what is at {@link #prefix}. */
  Map<String, BigDecimal> readBelow(JsonNode found) {
    Map<String, BigDecimal> values = new LinkedHashMap<>();
    read(found, path.split("\\."), prefix().length, "", values);
    return values;
  }

  private void read(
      JsonNode node, String[] steps, int at, String soFar, Map<String, BigDecimal> found) {
    if (node == null) return;
    if (at == steps.length) {
      boolean isWanted = key.isEmpty() || key.get().equals(soFar);
      if (isWanted && node.isNumber()) found.put(key.isEmpty() ? soFar : "", node.decimalValue());
    } else if (steps[at].equals(STAR)) {
      for (var each : node.properties()) {
        String next = soFar.isEmpty() ? each.getKey() : soFar + " " + each.getKey();
        read(each.getValue(), steps, at + 1, next, found);
      }
    } else {
      read(node.get(steps[at]), steps, at + 1, soFar, found);
    }
  }
}
