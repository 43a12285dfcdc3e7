package dev.boardcast.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What a database looks like to an operator who wonders whether a node can use it.
 *
 * @param server {@code host:port}
 * @param mayCreate whether the user may create tables in the schema, or the schema itself
 * @param pending migrations that are missing
 * @param skew how far the server's clock is ahead of this machine's
 * @param freeConnections that the server has left for this user
 */
public record DatabaseReport(
    String server,
    String version,
    String user,
    String schema,
    boolean isReadOnly,
    boolean mayCreate,
    List<String> pending,
    Duration skew,
    int freeConnections) {
  // Backends are counted by pg_stat_database: in pg_stat_activity the kind of those of others is
  // hidden from most users.
  private static final String QUERY =
      """
      SELECT current_user, current_setting('server_version'),
        current_setting('transaction_read_only')::boolean,
        coalesce(has_schema_privilege(to_regnamespace(quote_ident(?)), 'CREATE'),
                 has_database_privilege(current_database(), 'CREATE')),
        (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
        least(current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int
                - (SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database),
              (SELECT CASE WHEN rolconnlimit < 0 THEN 1000000 ELSE rolconnlimit
                 - (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user) END
               FROM pg_roles WHERE rolname = current_user))""";

  /**
   * Asks the database. Blocks; changes nothing.
   *
   * @throws IllegalStateException with one line for the operator when it cannot be reached
   */
  public static DatabaseReport read(DatabaseConfig config, List<String> boardMigrations)
      throws SQLException {
    var server = PostgresAddress.of(config);
    try (var connection = JdbcSession.open(config, "boardcast doctor")) {
      String schema = JdbcSession.schema(connection, config);
      return read(
          server.hostAndPort(), connection, schema, Migrations.pending(config, boardMigrations));
    } catch (SQLException failure) {
      throw Migrations.problem(failure, config)
          .orElseGet(
              () -> {
                LoggerFactory.getLogger(DatabaseReport.class).debug("not readable", failure);
                return new IllegalStateException(
                    "pg " + server.hostAndPort() + ": " + failure.getMessage());
              });
    }
  }

  private static DatabaseReport read(
      String server, Connection connection, String schema, List<String> pending)
      throws SQLException {
    try (var statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, schema);
      Instant before = Instant.now();
      try (var row = statement.executeQuery()) {
        Instant after = Instant.now();
        row.next();
        Instant here = before.plus(Duration.between(before, after).dividedBy(2));
        return new DatabaseReport(
            server,
            row.getString(2),
            row.getString(1),
            schema,
            row.getBoolean(3),
            row.getBoolean(4),
            pending,
            Duration.between(here, Instant.ofEpochMilli(row.getLong(5))),
            row.getInt(6));
      }
    }
  }
}
