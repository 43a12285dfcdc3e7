package dev.boardcast.bench;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.DedicatedServices;
import dev.boardcast.testing.Sql;
import java.sql.SQLException;

/** Counts the statements of one database by {@code pg_stat_statements}. Calls block. */
final class Statements {
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
    return Long.parseLong(
        sql.column(
                """
                SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements
                WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND query NOT LIKE '%pg_stat_statements%'""")
            .get(0));
  }
}
