package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far the functions of approximate distinct metrics are from the number of values. */
class DistinctEstimateIT {
  private static final Sql SQL = new Sql(Services.get().freshDatabase().postgresUri());
  private static final String ESTIMATES =
      """
      SELECT distinct_estimate(count(*), sum(2 ^ -rank::float8))
      FROM (SELECT sample, max(cell & 63) AS rank
            FROM (SELECT n %% %2$d AS sample,
                         distinct_cell(%3$s)::integer AS cell
                  FROM generate_series(1, %1$d * %2$d) AS n) AS cells
            GROUP BY sample, cell >> 6) AS registers
      GROUP BY sample""";

  /**
   * Samples of several sizes: the root of the mean square is the standard error. No outlier among
   * so few is beyond four of them.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10 | 400 | n::text",
        "100 | 400 | concat('user-', n)",
        "1000 | 200 | n::text",
        "3000 | 100 | md5(n::text)",
        "6000 | 60 | (n * 1000)::text",
        "20000 | 20 | concat('https://example.com/a/long/path?id=', n)",
        "200000 | 4 | n::text",
      })
  void theStandardErrorIsTheStatedOne(int size, int samples, String value) throws Exception {
    List<String> estimates = SQL.column(ESTIMATES.formatted(size, samples, value));
    assertEquals(samples, estimates.size());
    double stated = Measure.STANDARD_ERROR_PERCENT.doubleValue() / 100;
    double squares = 0;
    for (String estimate : estimates) {
      double error = Double.parseDouble(estimate) / size - 1;
      assertTrue(Math.abs(error) <= 4 * stated + 2.0 / size, estimate + " for " + size);
      squares += error * error;
    }
    double standard = Math.sqrt(squares / samples);
    assertTrue(standard <= stated * (1 + 2 / Math.sqrt(samples)), standard + " for " + size);
  }

  @Test
  void aCellIsARegisterAndARankAndTheSameForEver() throws Exception {
    assertEquals(
        List.of("103681", "0"),
        SQL.column(
            """
            SELECT distinct_cell('a') UNION ALL
            SELECT distinct_estimate(0, NULL)"""));
    assertEquals(
        List.of("t"),
        SQL.column(
            """
            SELECT bool_and(cell / 64 < 2048 AND cell % 64 BETWEEN 1 AND 32)
            FROM (SELECT distinct_cell(n::text)::integer AS cell
                  FROM generate_series(1, 20000) AS n) AS cells"""));
    assertEquals(
        List.of("t"),
        SQL.column(
            "SELECT bool_and(distinct_estimate(n, n * 0.5) > 0) FROM generate_series(1, 2048) n"));
  }
}
