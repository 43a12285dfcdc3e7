package dev.boardcast.sources;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The SQL that inserts the signed rows by which two multisets of rows differ. It knows columns by
 * their position, so a column may have any name.
 */
final class SignedDifference {
  private static final String INSERT =
      """
      INSERT INTO %1$s (sign, %2$s)
      SELECT CASE WHEN n > 0 THEN 1 ELSE -1 END, %3$s
      FROM (SELECT pg_catalog.sum(s) AS n, %3$s
            FROM (%4$s
                  UNION ALL %5$s) AS both_states (s, %3$s)
            GROUP BY %3$s HAVING pg_catalog.sum(s) <> 0) AS difference,
           pg_catalog.generate_series(1, pg_catalog.abs(n))""";

  private SignedDifference() {}

  /**
   * @param into the quoted table
   * @param one a query of a sign and the values of the columns
   * @param other the same with the opposite sign
   */
  static String insert(String into, List<String> columns, String one, String other) {
    String positions =
        IntStream.rangeClosed(1, columns.size())
            .mapToObj(each -> "c" + each)
            .collect(Collectors.joining(", "));
    return INSERT.formatted(into, Identifiers.list(columns), positions, one, other);
  }
}
