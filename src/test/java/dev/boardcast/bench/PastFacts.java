package dev.boardcast.bench;

import dev.boardcast.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Loads facts of the past year as if they had been written in batches of 500: statements take
 * {@code tx_of(g)} and {@code at_of(g)} as transaction and time of fact g.
 */
final class PastFacts {
  // As many transactions as there are batches of 500 facts, up to this.
  private static final int TRANSACTIONS = 20_000;
  private static final long LOAD_BATCH = 1_000_000;

  private PastFacts() {}

  /**
   * @param statements that insert facts {@code %1$d} to {@code %2$d}
   */
  static void load(Sql sql, List<String> tables, List<String> statements, long size)
      throws SQLException {
    try (var connection = sql.connect()) {
      run(
          connection,
          """
          DO $$ BEGIN
            FOR i IN 1..%d LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
          END $$"""
              .formatted(TRANSACTIONS));
      run(
          connection,
          """
          CREATE FUNCTION tx_of(g bigint) RETURNS xid8 LANGUAGE sql IMMUTABLE AS
          $$ SELECT (1000 + g / 500 %% %d)::text::xid8 $$"""
              .formatted(TRANSACTIONS - 2000));
      run(
          connection,
          """
          CREATE FUNCTION at_of(g bigint) RETURNS timestamptz LANGUAGE sql STABLE AS
          $$ SELECT now() - (g * 7919 % 31536000) * interval '1 second' $$""");
      for (long from = 1; from <= size; from += LOAD_BATCH) {
        long to = Math.min(size, from + LOAD_BATCH - 1);
        for (String load : statements) run(connection, load.formatted(from, to));
      }
      for (String table : tables) run(connection, "VACUUM (ANALYZE) " + table);
    }
  }

  private static void run(Connection connection, String statement) throws SQLException {
    try (var run = connection.createStatement()) {
      run.execute(statement);
    }
  }
}
