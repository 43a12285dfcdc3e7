package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates the schema to this release. Nodes that start together do it one after another; the
 * history of a host's own Flyway, in another schema, is neither read nor written.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final String IS_ENCRYPTED =
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  private static final Set<DatabaseFailure> WORTH_A_RETRY =
      EnumSet.of(
          DatabaseFailure.UNREACHABLE,
          DatabaseFailure.STARTING,
          DatabaseFailure.NO_CONNECTION,
          DatabaseFailure.READ_ONLY);
  private static final String NEWEST = "latest";
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(1);

  private Migrations() {}

  /** As {@link #apply(Vertx, DatabaseConfig, List)}, for the boards that come with Boardcast. */
  public static Future<String> apply(Vertx vertx, DatabaseConfig config) {
    return apply(vertx, config, List.of());
  }

  /**
   * Applies {@code dev/boardcast/migration/V###__<what>.sql}, then those of boards that do not come
   * with Boardcast. A database that cannot be reached, or is starting, is given 30 s to come up, as
   * servers started together may need.
   *
   * @param folders on the class path, such as {@code db/deploys}; each has a history of its own,
   *     named after its last part, so that neither side's numbers are in the other's way
   * @return the name of the schema; fails when the database stays unreachable, refuses the login,
   *     is older than PostgreSQL 15, or was migrated by a newer release
   */
  public static Future<String> apply(Vertx vertx, DatabaseConfig config, List<String> folders) {
    long deadlineNanos = System.nanoTime() + CONNECT_LIMIT.toNanos();
    return attempt(vertx, config, folders, new Backoff(FIRST_RETRY, MAX_RETRY), deadlineNanos);
  }

  /** As {@link #apply(Vertx, DatabaseConfig)}, before there is a Vert.x: blocks. */
  static String prepareNow(DatabaseConfig config) throws SQLException {
    return retrying(config, () -> prepare(config, List.of()));
  }

  /** As {@link #apply(Vertx, DatabaseConfig, List)}, whatever the setting says: blocks. */
  public static String applyNow(DatabaseConfig config, List<String> folders) throws SQLException {
    return retrying(config, () -> migrate(config, folders, NEWEST));
  }

  /**
   * As {@link #applyNow}, for the schema of an older release: blocks.
   *
   * @param version the last migration to apply
   */
  public static String applyUpTo(DatabaseConfig config, String version, List<String> folders)
      throws SQLException {
    return retrying(config, () -> migrate(config, folders, version));
  }

  /**
   * What the schema lacks, as one line each; changes nothing. Blocks.
   *
   * @throws IllegalStateException with one line for the operator when the database cannot be used
   */
  public static List<String> pending(DatabaseConfig config, List<String> folders)
      throws SQLException {
    try (var connection = dataSource(config).getConnection()) {
      String schema = JdbcSession.schema(connection, config);
      var server = PostgresAddress.of(config);
      var all = new ArrayList<>(pending(inSchema(server, schema), ""));
      for (String folder : folders) all.addAll(pending(ofFolder(server, schema, folder), folder));
      return all;
    } catch (SQLException | FlywayException failure) {
      throw problem(failure, config)
          .orElseGet(() -> new IllegalStateException(failure.getMessage(), failure));
    }
  }

  private static List<String> pending(FluentConfiguration flyway, String folder) {
    return Stream.of(flyway.load().info().pending())
        .map(
            each ->
                (folder.isEmpty() ? "" : folder + " ")
                    + "V"
                    + each.getVersion()
                    + " "
                    + each.getDescription())
        .toList();
  }

  /** Returns the name of the schema. */
  private interface Attempt {
    String run() throws SQLException;
  }

  private static String retrying(DatabaseConfig config, Attempt attempt) throws SQLException {
    long deadlineNanos = System.nanoTime() + CONNECT_LIMIT.toNanos();
    var backoff = new Backoff(FIRST_RETRY, MAX_RETRY);
    while (true) {
      try {
        return attempt.run();
      } catch (SQLException | RuntimeException failure) {
        if (!isAway(failure) || System.nanoTime() - deadlineNanos >= 0) {
          Optional<IllegalStateException> problem = problem(failure, config);
          if (problem.isPresent()) throw problem.get();
          throw failure;
        }
        LockSupport.parkNanos(backoff.next().toNanos());
      }
    }
  }

  /** Connections to the server, one for each call. */
  static DataSource dataSource(DatabaseConfig config) {
    var server = PostgresAddress.of(config);
    return flyway(server.jdbcUrl(), server).getDataSource();
  }

  private static Future<String> attempt(
      Vertx vertx,
      DatabaseConfig config,
      List<String> folders,
      Backoff backoff,
      long deadlineNanos) {
    return vertx
        .executeBlocking(() -> prepare(config, folders))
        .recover(
            failure ->
                isAway(failure) && System.nanoTime() - deadlineNanos < 0
                    ? vertx
                        .timer(backoff.next().toMillis(), TimeUnit.MILLISECONDS)
                        .compose(again -> attempt(vertx, config, folders, backoff, deadlineNanos))
                    : failed(failure, config));
  }

  private static Future<String> failed(Throwable failure, DatabaseConfig config) {
    Optional<IllegalStateException> problem = problem(failure, config);
    return Future.failedFuture(problem.isPresent() ? problem.get() : failure);
  }

  /** What to tell the operator, without causes: the innermost would say less. */
  static Optional<IllegalStateException> problem(Throwable failure, DatabaseConfig config) {
    var server = PostgresAddress.of(config);
    Optional<String> text =
        TlsFailure.of(failure)
            .map(tls -> server.message(tls, failure))
            .or(() -> DatabaseFailure.of(failure).map(found -> found.message(server, failure)));
    return text.map(
        message -> {
          LOG.debug("PostgreSQL cannot be used", failure);
          return new IllegalStateException(message);
        });
  }

  /** Migrates the schema, or requires that it is, as the setting says. */
  private static String prepare(DatabaseConfig config, List<String> folders) throws SQLException {
    return config.migrates() ? migrate(config, folders, NEWEST) : requireMigrated(config, folders);
  }

  private static String requireMigrated(DatabaseConfig config, List<String> folders)
      throws SQLException {
    PostgresVersion.of(dataSource(config)).require();
    PoolerCheck.requireSessions(dataSource(config));
    List<String> missing = pending(config, folders);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "the schema lacks %d migrations, of which the first is %s: run boardcast migrate --apply, or set pg-migrate on"
              .formatted(missing.size(), missing.get(0)));
    }
    try (var connection = dataSource(config).getConnection()) {
      return JdbcSession.schema(connection, config);
    }
  }

  private static String migrate(DatabaseConfig config, List<String> folders, String target)
      throws SQLException {
    var server = PostgresAddress.of(config);
    String url = server.jdbcUrl();
    PostgresVersion.of(flyway(url, server).getDataSource()).require();
    PoolerCheck.requireSessions(flyway(url, server).getDataSource());
    if (server.mode() == PgSslMode.PREFER) warnIfPlain(flyway(url, server).getDataSource(), server);
    String schema = create(flyway(url, server).getDataSource(), config.schema());
    FluentConfiguration own = inSchema(server, schema);
    PoolerCheck.requireStartParameters(own.getDataSource(), schema);
    own.target(target).load().migrate();
    for (String folder : folders) ofFolder(server, schema, folder).load().migrate();
    return schema;
  }

  /** Names are found in this schema alone, not in those of a host. */
  private static FluentConfiguration inSchema(PostgresAddress server, String schema) {
    return flyway(server.jdbcUrl() + "&currentSchema=" + schema, server)
        .defaultSchema(schema)
        .createSchemas(false)
        .locations("classpath:dev/boardcast/migration");
  }

  private static FluentConfiguration ofFolder(
      PostgresAddress server, String schema, String folder) {
    return inSchema(server, schema)
        .locations("classpath:" + folder)
        .table("flyway_" + folder.substring(folder.lastIndexOf('/') + 1))
        // The schema has Boardcast's tables, and may have those of the board.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .failOnMissingLocations(true);
  }

  private static void warnIfPlain(DataSource source, PostgresAddress server) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement();
        var found = statement.executeQuery(IS_ENCRYPTED)) {
      if (found.next() && found.getBoolean(1)) return;
      LOG.warn(
          "PostgreSQL at {} offers no TLS: its connections are not encrypted, as pg-sslmode prefer"
              + " allows",
          server.hostAndPort());
    }
  }

  /** Returns the name of the schema, which exists then; nodes that start together make it once. */
  private static String create(DataSource source, Optional<String> configured) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      String schema = configured.orElse(SchemaName.DEFAULT);
      if (configured.isEmpty()) {
        try (var found = statement.executeQuery(SchemaName.QUERY)) {
          found.next();
          schema = Optional.ofNullable(found.getString(1)).orElse(schema);
        }
      }
      statement.execute("SELECT pg_advisory_xact_lock(hashtext('boardcast.schema'))");
      try (var found =
          statement.executeQuery("SELECT oid FROM pg_namespace WHERE nspname = '" + schema + "'")) {
        // IF NOT EXISTS would need the right to create schemas even when this one exists.
        if (!found.next()) statement.execute("CREATE SCHEMA \"" + schema + "\"");
      }
      connection.commit();
      return schema;
    }
  }

  /**
   * Whether the server is unreachable, starting, full or not yet promoted; a wrong login or
   * certificate is not worth a retry.
   */
  private static boolean isAway(Throwable failure) {
    return TlsFailure.of(failure).isEmpty()
        && DatabaseFailure.of(failure).filter(WORTH_A_RETRY::contains).isPresent();
  }

  private static FluentConfiguration flyway(String url, PostgresAddress server) {
    List<String> login = server.login();
    return Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(
            url, login.isEmpty() ? null : login.get(0), login.size() < 2 ? null : login.get(1));
  }
}
