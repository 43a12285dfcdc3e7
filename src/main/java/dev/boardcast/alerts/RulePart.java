package dev.boardcast.alerts;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.Problem;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parts of a board with parameters that a rule watches: one, or, where a value is {@code *},
 * each that is computed. Immutable.
 *
 * @param part the whole board for a rule without values
 */
record RulePart(BoardPart part) {
  /** In place of a value: each value, by itself. */
  static final String EACH = "*";

  private static final String WITH_TEXT = "values of the board's parameters, * for each value";

  static RulePart of(AlertRule rule) {
    return new RulePart(BoardPart.of(rule.board(), rule.with() == null ? Map.of() : rule.with()));
  }

  /**
   * Checks the values of a rule.
   *
   * @param given may be null
   * @return as they are stored; null for the whole board
   * @throws Problem 400 naming the field that does not fit
   */
  static Map<String, String> checked(Board board, Map<String, String> given) {
    if (given == null || given.isEmpty()) return null;
    var parts =
        board
            .parts()
            .orElseThrow(() -> Problem.invalid("with", "no value: this board has no parameters"));
    SortedMap<String, String> values = new TreeMap<>();
    given.forEach(
        (name, value) -> {
          BoardParameter parameter =
              parts.parameters().stream()
                  .filter(each -> each.name().equals(name))
                  .findFirst()
                  .orElseThrow(() -> Problem.invalid("with", WITH_TEXT));
          if (value == null) throw Problem.invalid("with", WITH_TEXT);
          values.put(
              name,
              value.equals(EACH)
                  ? EACH
                  : parameter
                      .canonical(value)
                      .orElseThrow(
                          () ->
                              Problem.invalid(
                                  "with", name + " " + parameter.expected() + ", or *")));
        });
    if (BoardPart.of(board.name(), values).name().length() > BoardPart.MAX_NAME) {
      throw Problem.invalid(
          "with", "values that, encoded, have at most " + BoardPart.MAX_NAME + " characters");
    }
    return values;
  }

  boolean isWhole() {
    return part.values().isEmpty();
  }

  /** Whether any number of parts is watched. */
  boolean isMany() {
    return part.values().containsValue(EACH);
  }

  /** A pattern of SQL that names of the parts fit. */
  String pattern() {
    String escaped = part.name().replaceAll("([\\\\%_])", "\\\\$1");
    return escaped.replaceAll("=\\*(?=&|$)", "=%");
  }

  /** The values in the name of a part of this board: what is after the question mark. */
  String valuesIn(String name) {
    return name.substring(part.board().length() + 1);
  }

  /** The part that a state is about. */
  BoardPart partOf(String stateKey) {
    return isMany()
        ? BoardPart.parse(part.board() + "?" + stateKey.split(" ", 2)[0]).orElse(part)
        : part;
  }

  /** The key of a state, of the values in the name of its part and the key of its metric. */
  String stateKey(String values, String metricKey) {
    if (!isMany()) return metricKey;
    return metricKey.isEmpty() ? values : values + " " + metricKey;
  }

  /** The key of the metric in the key of a state. */
  String metricKey(String stateKey) {
    if (!isMany()) return stateKey;
    int blank = stateKey.indexOf(' ');
    return blank < 0 ? "" : stateKey.substring(blank + 1);
  }
}
