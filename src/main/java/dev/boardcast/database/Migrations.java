package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings the schema to this release; nodes that start together do it one after another. */
public final class Migrations {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY = Duration.ofSeconds(1);

  private Migrations() {}

  /** As {@link #apply(Vertx, DatabaseConfig, List)}, for the boards that come with Boardcast. */
  public static Future<Void> apply(Vertx vertx, DatabaseConfig config) {
    return apply(vertx, config, List.of());
  }

  /**
   * Applies {@code dev/boardcast/migration/V###__<what>.sql}, then those of boards that do not come
   * with Boardcast. A database that cannot be reached, or is starting, is given 30 s to come up, as
   * servers started together may need.
   *
   * @param folders on the class path, such as {@code db/deploys}; each has a history of its own,
   *     named after its last part, so that neither side's numbers are in the other's way
   * @return fails when the database stays away, refuses us, is too old, or holds a schema this
   *     release does not know
   */
  public static Future<Void> apply(Vertx vertx, DatabaseConfig config, List<String> folders) {
    long deadlineNanos = System.nanoTime() + CONNECT_LIMIT.toNanos();
    return attempt(vertx, config, folders, new Backoff(FIRST_RETRY, MAX_RETRY), deadlineNanos);
  }

  private static Future<Void> attempt(
      Vertx vertx,
      DatabaseConfig config,
      List<String> folders,
      Backoff backoff,
      long deadlineNanos) {
    return vertx
        .<Void>executeBlocking(
            () -> {
              migrate(config, folders);
              return null;
            })
        .recover(
            failure ->
                isAway(failure) && System.nanoTime() - deadlineNanos < 0
                    ? vertx
                        .timer(backoff.next().toMillis(), TimeUnit.MILLISECONDS)
                        .compose(again -> attempt(vertx, config, folders, backoff, deadlineNanos))
                    : Future.failedFuture(failure));
  }

  private static void migrate(DatabaseConfig config, List<String> folders) throws SQLException {
    PostgresVersion.of(flyway(config).getDataSource()).require();
    flyway(config).locations("classpath:dev/boardcast/migration").load().migrate();
    for (String folder : folders) {
      flyway(config)
          .locations("classpath:" + folder)
          .table("flyway_" + folder.substring(folder.lastIndexOf('/') + 1))
          // The schema is not empty: ours is there.
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .failOnMissingLocations(true)
          .load()
          .migrate();
    }
  }

  /** Not there, starting or full: a wrong password or name does not get better by waiting. */
  private static boolean isAway(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .filter(SQLException.class::isInstance)
        .map(cause -> ((SQLException) cause).getSQLState())
        .anyMatch(
            state ->
                state != null
                    && (state.startsWith("08") || state.startsWith("53") || state.equals("57P03")));
  }

  private static FluentConfiguration flyway(DatabaseConfig config) {
    var uri = URI.create(config.postgresUri());
    String[] login = uri.getUserInfo() == null ? new String[0] : uri.getUserInfo().split(":", 2);
    String url =
        "jdbc:postgresql://"
            + uri.getHost()
            + ":"
            + (uri.getPort() < 0 ? 5432 : uri.getPort())
            + uri.getPath()
            + (uri.getQuery() == null ? "" : "?" + uri.getQuery());
    return Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(url, login.length > 0 ? login[0] : null, login.length > 1 ? login[1] : null);
  }
}
