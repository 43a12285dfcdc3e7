package dev.boardcast.database;

import java.sql.SQLException;
import javax.sql.DataSource;

/** The version of a PostgreSQL server, which must be at least {@link #OLDEST}. */
record PostgresVersion(int major, String text) {
  /** The first version with {@code MERGE}, which the tasks board uses. */
  static final int OLDEST = 15;

  static PostgresVersion of(DataSource source) throws SQLException {
    try (var connection = source.getConnection()) {
      var server = connection.getMetaData();
      return new PostgresVersion(
          server.getDatabaseMajorVersion(), server.getDatabaseProductVersion());
    }
  }

  /**
   * Checks the version.
   *
   * @throws IllegalStateException when it is too old
   */
  void require() {
    if (major < OLDEST) {
      throw new IllegalStateException(
          "PostgreSQL " + OLDEST + " or newer is required, the server of pg is " + text);
    }
  }
}
