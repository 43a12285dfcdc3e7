package dev.boardcast.boards.yaml;

import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.FactRelation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The parts of a declared board in SQL. With parameters, each row of a rollup belongs to a part: an
 * array with a value or NULL per parameter, empty for the whole board. A fact counts in the whole
 * and in each part whose values it has. Immutable.
 */
final class DeclaredParts {
  /** The whole board. */
  static final String WHOLE = "'{}'::text[]";

  private final List<DeclaredParameter> parameters;

  DeclaredParts(Declaration file) {
    parameters = file.parameters();
  }

  boolean isEmpty() {
    return parameters.isEmpty();
  }

  /** A column of a rollup, and the beginning of its key, each with a comma after it. */
  String column() {
    return isEmpty() ? "" : "part text[] COLLATE \"C\" NOT NULL, ";
  }

  /** The name of the column with a comma after it; nothing without parameters. */
  String key() {
    return isEmpty() ? "" : "part, ";
  }

  /** What a statement over facts selects for it, with a comma after it. */
  String selected() {
    return isEmpty() ? "" : "p.part, ";
  }

  /**
   * The parts of a fact {@code f} as a join; the rows where {@code p.part} is NULL do not count.
   */
  String joined(FactExpressions expressions) {
    if (isEmpty()) return "";
    var values = parameters.stream().map(each -> expressions.plain(each.value())).toList();
    List<String> rows = new ArrayList<>(List.of("(" + WHOLE + ")"));
    for (int mask = 1; mask < 1 << values.size(); mask++) {
      List<String> present = new ArrayList<>();
      List<String> elements = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        boolean isGiven = (mask & 1 << i) != 0;
        elements.add(isGiven ? values.get(i) : "NULL::text");
        if (isGiven) present.add(values.get(i) + " IS NOT NULL");
      }
      rows.add(
          "(CASE WHEN %s THEN ARRAY[%s] END)"
              .formatted(String.join(" AND ", present), String.join(", ", elements)));
    }
    return " CROSS JOIN LATERAL (VALUES %s) AS p (part)".formatted(String.join(", ", rows));
  }

  /** The end of a condition on facts, so that their parts count. */
  String counts() {
    return isEmpty() ? "" : " AND p.part IS NOT NULL";
  }

  /** The beginning of a condition on rows of a rollup: those of one part. */
  String of(String part) {
    return isEmpty() ? "" : "part = " + part + " AND ";
  }

  /** See {@link dev.boardcast.spi.BoardParts#changed}. */
  String changed(FactRelation facts) {
    var expressions = new FactExpressions();
    String joined = joined(expressions);
    return expressions.with(facts)
        + "SELECT DISTINCT p.part COLLATE \"C\" AS part FROM f"
        + joined
        + " WHERE p.part <> "
        + WHOLE;
  }

  /**
   * The parts that a statement reads, in their order, as a table {@code p} whose column {@code
   * part} it may refer to.
   *
   * @param first the number of the first parameter of the statement, which are arrays of the values
   *     of each of the board's parameters
   */
  String asked(int first) {
    String arrays =
        IntStream.range(0, parameters.size())
            .mapToObj(i -> "$%d::text[]".formatted(first + i))
            .collect(Collectors.joining(", "));
    String names =
        IntStream.range(0, parameters.size())
            .mapToObj(i -> "v" + i)
            .collect(Collectors.joining(", "));
    return """
    unnest(%s) WITH ORDINALITY AS asked (%s, place)
    CROSS JOIN LATERAL (SELECT ARRAY[%s] AS part) AS p"""
        .formatted(arrays, names, names);
  }

  /**
   * The parameters as viewers find them.
   *
   * @throws InvalidBoardFileException if one does not fit the facts
   */
  List<BoardParameter> parameters(FactRelation facts) {
    return parameters.stream().map(each -> each.of(facts)).toList();
  }
}
