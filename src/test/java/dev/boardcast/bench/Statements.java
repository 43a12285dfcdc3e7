package dev.boardcast.bench;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Sql;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the statements of one database by {@code pg_stat_statements}. Calls block. */
final class Statements {
  private static final String OWN =
      """
      FROM pg_stat_statements
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND query NOT LIKE '%pg_stat_statements%'""";

  private final Sql sql;

  private Statements(Sql sql) {
    this.sql = sql;
  }

  /** Starts to count; restarts the server. */
  static Statements count(DedicatedServices servers, DatabaseConfig db) throws SQLException {
    var sql = new Sql(db.postgresUri());
    sql.run("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
    servers.stopPostgres();
    servers.startPostgres();
    sql.run("CREATE EXTENSION pg_stat_statements");
    return new Statements(sql);
  }

  /** How many so far, without the statements of this class. */
  long sum() throws SQLException {
    return Long.parseLong(sql.column("SELECT coalesce(sum(calls), 0)::bigint " + OWN).get(0));
  }

  /** How many so far by their text, with constants replaced and white space collapsed. */
  Map<String, Long> byText() throws SQLException {
    List<String> rows = sql.column("SELECT calls || ' ' || query " + OWN);
    Map<String, Long> calls = new HashMap<>();
    for (String row : rows) {
      int end = row.indexOf(' ');
      String text = row.substring(end + 1).strip().replaceAll("\\s+", " ");
      calls.merge(text, Long.parseLong(row.substring(0, end)), Long::sum);
    }
    return calls;
  }

  /** Milliseconds of their execution so far, by the same texts. */
  Map<String, Double> millisByText() throws SQLException {
    List<String> rows = sql.column("SELECT total_exec_time || ' ' || query " + OWN);
    Map<String, Double> millis = new HashMap<>();
    for (String row : rows) {
      int end = row.indexOf(' ');
      String text = row.substring(end + 1).strip().replaceAll("\\s+", " ");
      millis.merge(text, Double.parseDouble(row.substring(0, end)), Double::sum);
    }
    return millis;
  }
}
