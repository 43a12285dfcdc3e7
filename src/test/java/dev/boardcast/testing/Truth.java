package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The totals that a correct import shows. It remembers which were compared, so that none is
 * forgotten: a figure is compared, or stands in the list of those without a counterpart.
 */
public final class Truth {
  private final JsonNode totals;
  private final Set<String> asked = new TreeSet<>();

  private Truth(JsonNode totals) {
    this.totals = totals;
  }

  public static Truth of(String board) throws IOException {
    return new Truth(RealData.truth(board));
  }

  /** A figure; {@code path} is a JSON pointer. */
  public long count(String path) {
    return at(path).longValue();
  }

  /** A figure as it is written. */
  public String text(String path) {
    return at(path).asText();
  }

  /** Several figures. */
  public List<Long> list(String path) {
    var figures = new ArrayList<Long>();
    at(path).forEach(figure -> figures.add(figure.longValue()));
    return figures;
  }

  /** Counts by name. */
  public TreeMap<String, Long> counts(String path) {
    var counts = new TreeMap<String, Long>();
    at(path).properties().forEach(each -> counts.put(each.getKey(), each.getValue().longValue()));
    return counts;
  }

  /** The names below a path; does not count as asking for their figures. */
  public List<String> names(String path) {
    var names = new ArrayList<String>();
    totals.at(path).fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Compares to the last digit. */
  public void exact(String path, BigDecimal actual) {
    assertEquals(0, new BigDecimal(text(path)).compareTo(actual), () -> path + " was " + actual);
  }

  /** Compares an exact decimal, which the truth gives rounded to its last digit. */
  public void decimal(String path, BigDecimal actual) {
    var expected = new BigDecimal(at(path).asText());
    var half = BigDecimal.valueOf(5, expected.scale() + 1);
    assertTrue(
        expected.subtract(actual).abs().compareTo(half) <= 0,
        () -> path + " is " + expected + ", was " + actual);
  }

  /**
   * Fails when a figure was neither asked for nor is among those without a counterpart.
   *
   * @param without JSON pointers, each for all below it; a star stands for one name
   */
  public void assertNothingForgotten(Set<String> without) {
    var left = new TreeSet<String>();
    collect("", totals, left);
    left.removeIf(path -> asked.stream().anyMatch(one -> isWithin(path, one)));
    left.removeIf(path -> without.stream().anyMatch(one -> isWithin(path, one)));
    assertEquals(Set.of(), left, "figures that nobody compared");
  }

  private JsonNode at(String path) {
    JsonNode node = totals.at(path);
    assertTrue(!node.isMissingNode(), () -> "the truth has no " + path);
    asked.add(path);
    return node;
  }

  /** A star stands for one name. */
  private static boolean isWithin(String path, String pattern) {
    String[] steps = path.split("/");
    String[] wanted = pattern.split("/");
    if (steps.length < wanted.length) return false;
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].equals("*") && !wanted[i].equals(steps[i])) return false;
    }
    return true;
  }

  private static void collect(String path, JsonNode node, Set<String> into) {
    if (!node.isObject()) into.add(path);
    node.properties().forEach(each -> collect(path + "/" + each.getKey(), each.getValue(), into));
  }
}
