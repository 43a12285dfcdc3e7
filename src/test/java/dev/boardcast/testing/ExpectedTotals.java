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
 * The totals that a correct import produces. It records which of them were compared, so that none
 * is forgotten: each total is compared, or listed in {@link UncoveredTotals}.
 */
public final class ExpectedTotals {
  private final JsonNode totals;
  private final Set<String> compared = new TreeSet<>();

  private ExpectedTotals(JsonNode totals) {
    this.totals = totals;
  }

  public static ExpectedTotals of(String board) throws IOException {
    return new ExpectedTotals(RealData.expectedTotals(board));
  }

  /** A number; {@code path} is a JSON pointer. */
  public long count(String path) {
    return at(path).longValue();
  }

  /** A value as text. */
  public String text(String path) {
    return at(path).asText();
  }

  /** A list of numbers. */
  public List<Long> list(String path) {
    var numbers = new ArrayList<Long>();
    at(path).forEach(number -> numbers.add(number.longValue()));
    return numbers;
  }

  /** Numbers by name. */
  public TreeMap<String, Long> counts(String path) {
    var counts = new TreeMap<String, Long>();
    at(path).properties().forEach(each -> counts.put(each.getKey(), each.getValue().longValue()));
    return counts;
  }

  /** The names below a path; does not mark them as compared. */
  public List<String> names(String path) {
    var names = new ArrayList<String>();
    totals.at(path).fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Compares exactly. */
  public void exact(String path, BigDecimal actual) {
    assertEquals(0, new BigDecimal(text(path)).compareTo(actual), () -> path + " was " + actual);
  }

  /** Compares an exact decimal with an expected value that is rounded to its last digit. */
  public void decimal(String path, BigDecimal actual) {
    var expected = new BigDecimal(at(path).asText());
    var half = BigDecimal.valueOf(5, expected.scale() + 1);
    assertTrue(
        expected.subtract(actual).abs().compareTo(half) <= 0,
        () -> path + " is " + expected + ", was " + actual);
  }

  /**
   * Fails when a total was not compared and is not among the uncovered ones.
   *
   * @param uncovered JSON pointers, each including all below it; a star matches one name
   */
  public void assertAllCompared(Set<String> uncovered) {
    var missed = new TreeSet<String>();
    collect("", totals, missed);
    missed.removeIf(path -> compared.stream().anyMatch(one -> isWithin(path, one)));
    missed.removeIf(path -> uncovered.stream().anyMatch(one -> isWithin(path, one)));
    assertEquals(Set.of(), missed, "totals that were not compared");
  }

  private JsonNode at(String path) {
    JsonNode node = totals.at(path);
    assertTrue(!node.isMissingNode(), () -> "no expected total at " + path);
    compared.add(path);
    return node;
  }

  /** A star matches one name. */
  private static boolean isWithin(String path, String pattern) {
    String[] steps = path.split("/");
    String[] expected = pattern.split("/");
    if (steps.length < expected.length) return false;
    for (int i = 0; i < expected.length; i++) {
      if (!expected[i].equals("*") && !expected[i].equals(steps[i])) return false;
    }
    return true;
  }

  private static void collect(String path, JsonNode node, Set<String> into) {
    if (!node.isObject()) into.add(path);
    node.properties().forEach(each -> collect(path + "/" + each.getKey(), each.getValue(), into));
  }
}
