package dev.boardcast.sources;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.JdbcSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.TreeSet;

/** Opens connections to Boardcast's database and to those of sources. Thread safe, blocking. */
final class SourceConnections {
  private static final String NAME = "sources";

  private final DatabaseConfig database;
  private final SourceConfig config;

  SourceConnections(DatabaseConfig database, SourceConfig config) {
    this.database = database;
    this.config = config;
  }

  /** A connection to Boardcast's database. */
  Connection local() throws SQLException {
    return JdbcSession.open(database, NAME);
  }

  /**
   * A connection to the database of sources.
   *
   * @throws SourceException when no such connection is configured
   */
  Connection remote(String name) throws SQLException {
    return JdbcSession.open(address(name), database, NAME);
  }

  /**
   * Checks the name of a connection.
   *
   * @throws SourceException when no such connection is configured
   */
  void require(Optional<String> name) {
    name.ifPresent(this::address);
  }

  private String address(String name) {
    String address = config.connections().get(name);
    if (address != null) return address;
    throw new SourceException(
        "there is no connection \"%s\", expected a name of source-connections: %s"
            .formatted(
                name,
                config.connections().isEmpty()
                    ? "it is empty"
                    : String.join(", ", new TreeSet<>(config.connections().keySet()))));
  }
}
