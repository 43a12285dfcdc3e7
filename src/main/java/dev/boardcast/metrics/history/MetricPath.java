package dev.boardcast.metrics.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.MetricDescription;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;

/**
 * The path of a metric in a snapshot, as an SQL expression that extracts it from {@code jsonb}.
 * Extracting single values in the database costs a tenth of reading whole snapshots.
 *
 * @param text as in {@link MetricDescription#path}
 * @param keys those to read; all of them if empty
 */
record MetricPath(String text, Set<String> keys) {
  private static final String STAR = "*";

  MetricPath(String text) {
    this(text, Set.of());
  }

  /** Whether there is one value per key of an object. */
  boolean hasKeys() {
    return List.of(text.split("\\.")).contains(STAR);
  }

  /**
   * Returns an SQL expression for the value, or for objects of values by key.
   *
   * @param column the snapshot
   * @param parameters receives the parameters of the expression
   */
  String sql(String column, Tuple parameters) {
    return sql(column, List.of(text.split("\\.")), parameters, 0);
  }

  /**
   * Passes on the values in a result of the expression, each with its key, or with "" where there
   * are no keys. A value is JSON text: a number, a string, true, false, null; others are left out.
   */
  void read(JsonNode found, BiConsumer<String, String> values) {
    read(
        found,
        stars(),
        "",
        (key, value) -> {
          if (keys.isEmpty() || key.isEmpty() || keys.contains(key)) values.accept(key, value);
        });
  }

  private int stars() {
    return (int) List.of(text.split("\\.")).stream().filter(STAR::equals).count();
  }

  /**
   * Returns the name of one series: the path with its keys in place of the stars. Keys of several
   * stars that have blanks cannot be told apart, and are all in place of the first one.
   */
  String named(String key) {
    if (!hasKeys()) return text;
    String[] parts = key.split(" ", -1);
    boolean areAll = stars() > 1 && parts.length == stars();
    String name = text;
    for (String part : areAll ? parts : new String[] {key}) {
      name = name.replaceFirst("\\*", Matcher.quoteReplacement(part));
    }
    return stars() > 1 ? name.replace(".*", "") : name;
  }

  private String sql(String value, List<String> segments, Tuple parameters, int depth) {
    int star = segments.indexOf(STAR);
    String object = take(value, star < 0 ? segments : segments.subList(0, star), parameters);
    if (star < 0) return object;
    String each = "each" + depth;
    String inner =
        sql(each + ".value", segments.subList(star + 1, segments.size()), parameters, depth + 1);
    return """
        (SELECT jsonb_object_agg(%1$s.key, %2$s)
         FROM jsonb_each(CASE jsonb_typeof(%3$s) WHEN 'object' THEN %3$s END) AS %1$s%4$s)"""
        .formatted(each, inner, object, chosen(each, parameters));
  }

  /** Leaves out other keys in the database where there is one key. */
  private String chosen(String each, Tuple parameters) {
    if (keys.isEmpty() || stars() > 1) return "";
    parameters.addArrayOfString(keys.toArray(String[]::new));
    return " WHERE %s.key = ANY ($%d::text[])".formatted(each, parameters.size());
  }

  private static String take(String value, List<String> segments, Tuple parameters) {
    if (segments.isEmpty()) return value;
    parameters.addArrayOfString(segments.toArray(String[]::new));
    return "(" + value + " #> $" + parameters.size() + "::text[])";
  }

  private static void read(
      JsonNode node, int stars, String key, BiConsumer<String, String> values) {
    if (stars > 0) {
      node.properties()
          .forEach(
              entry ->
                  read(
                      entry.getValue(),
                      stars - 1,
                      key.isEmpty() ? entry.getKey() : key + " " + entry.getKey(),
                      values));
    } else if (node.isNumber()) {
      BigDecimal number = node.decimalValue();
      values.accept(key, number.toPlainString());
    } else if (node.isTextual() || node.isBoolean()) {
      values.accept(key, node.toString());
    } else if (node.isNull()) {
      values.accept(key, null);
    }
  }
}
