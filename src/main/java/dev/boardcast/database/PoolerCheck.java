package dev.boardcast.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Refuses a pooler between node and server that changes the server's session under a connection, as
 * pgbouncer does in its transaction and statement modes: prepared statements, notifications and the
 * settings of a session would be those of others. Also one that has dropped the settings with which
 * a connection starts. Blocks.
 */
final class PoolerCheck {
  private static final String BACKEND = "SELECT pg_backend_pid()";
  // Another client of the pooler may take the session in between.
  private static final int ATTEMPTS = 3;

  private PoolerCheck() {}

  /**
   * @throws IllegalStateException when the sessions of the server change under a connection
   */
  static void requireSessions(DataSource source) throws SQLException {
    try (var one = source.getConnection();
        var other = source.getConnection()) {
      String before = text(one, BACKEND);
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        // A transaction keeps a session of the server: most likely the one that was used last.
        other.setAutoCommit(false);
        text(other, BACKEND);
        String after = text(one, BACKEND);
        other.rollback();
        if (!before.equals(after)) {
          throw new IllegalStateException(
              "pg is a pooler in transaction or statement mode, which gives the statements of one"
                  + " connection to different sessions of the server: set its pool_mode to session,"
                  + " or connect to PostgreSQL itself");
        }
      }
    }
  }

  /**
   * @param inSchema whose connections ask for the schema as they start
   * @throws IllegalStateException when they do not have it
   */
  static void requireStartParameters(DataSource inSchema, String schema) throws SQLException {
    try (var connection = inSchema.getConnection()) {
      String path = text(connection, "SHOW search_path");
      if (path.replace("\"", "").equals(schema)) return;
      throw new IllegalStateException(
          "pg is a pooler that drops the start-up parameter search_path: set it on the server, by"
              + " ALTER ROLE %s IN DATABASE %s SET search_path = %s"
                  .formatted(
                      text(connection, "SELECT quote_ident(current_user)"),
                      text(connection, "SELECT quote_ident(current_database())"),
                      schema));
    }
  }

  private static String text(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var found = statement.executeQuery(query)) {
      found.next();
      return found.getString(1);
    }
  }
}
