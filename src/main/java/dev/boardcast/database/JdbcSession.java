package dev.boardcast.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * Opens JDBC connections, for work that blocks a thread of its own and streams rows between
 * servers. The caller closes them.
 */
public final class JdbcSession {
  private static final Duration MAX_STATEMENT = Duration.ofMinutes(10);

  private JdbcSession() {}

  /** A connection to the node's own database, whose search path is Boardcast's schema alone. */
  public static Connection open(DatabaseConfig config, String name) throws SQLException {
    var connection =
        connect(PostgresAddress.of(config), config.connectTimeout(), name, MAX_STATEMENT);
    try (var statement = connection.createStatement()) {
      statement.execute("SET search_path = \"" + schema(connection, config) + "\"");
      return connection;
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
  }

  /**
   * A connection to another server.
   *
   * @param address as that of the setting {@code pg}
   * @param config whose encryption and waits apply where the address does not set them
   */
  public static Connection open(String address, DatabaseConfig config, String name)
      throws SQLException {
    return connect(
        PostgresAddress.of(address, config.tls()), config.connectTimeout(), name, MAX_STATEMENT);
  }

  /**
   * Checks an address without a connection.
   *
   * @throws dev.boardcast.spi.InvalidSettingException when it cannot be used
   */
  public static void check(String address, DatabaseConfig config) {
    PostgresAddress.of(address, config.tls());
  }

  private static Connection connect(
      PostgresAddress server, Duration timeout, String name, Duration maxStatement)
      throws SQLException {
    List<String> login = server.login();
    var properties = new Properties();
    if (!login.isEmpty()) properties.setProperty("user", login.get(0));
    if (login.size() > 1) properties.setProperty("password", login.get(1));
    properties.setProperty("ApplicationName", name);
    properties.setProperty(
        "connectTimeout", Long.toString(Math.max(1, (timeout.toMillis() + 999) / 1000)));
    properties.setProperty("socketTimeout", Long.toString(maxStatement.plusMinutes(1).toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    var connection = DriverManager.getConnection(server.jdbcUrl(), properties);
    try (var statement = connection.createStatement()) {
      statement.execute(
          "SET statement_timeout = %1$d; SET idle_in_transaction_session_timeout = %1$d;"
                  .formatted(maxStatement.toMillis())
              + " SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 1");
      return connection;
    } catch (SQLException failure) {
      connection.close();
      throw failure;
    }
  }

  static String schema(Connection connection, DatabaseConfig config) throws SQLException {
    if (config.schema().isPresent()) return config.schema().get();
    try (var statement = connection.createStatement();
        var found = statement.executeQuery(SchemaName.QUERY)) {
      found.next();
      String schema = found.getString(1);
      return schema == null ? SchemaName.DEFAULT : schema;
    }
  }
}
