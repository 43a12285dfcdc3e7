package dev.boardcast.database;

import java.sql.SQLException;
import javax.sql.DataSource;

/** The PostgreSQL server that is there, and the oldest that will do. */
record PostgresVersion(int major, String text) {
  /** Tasks are folded by {@code MERGE}. */
  static final int OLDEST = 15;

  static PostgresVersion of(DataSource source) throws SQLException {
    try (var connection = source.getConnection()) {
      var server = connection.getMetaData();
      return new PostgresVersion(
          server.getDatabaseMajorVersion(), server.getDatabaseProductVersion());
    }
  }

  /**
   * Goes on only with one that will do.
   *
   * @throws IllegalStateException saying which is needed, and which is there
   */
  void require() {
    if (major < OLDEST) {
      throw new IllegalStateException(
          "PostgreSQL " + OLDEST + " or newer is needed, the server of pg is " + text);
    }
  }
}
