package dev.boardcast.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;

/** Brings the schema to this release; nodes that start together do it one after another. */
public final class Migrations {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private Migrations() {}

  /**
   * Applies {@code db/migration/V###__<what>.sql}. A database that cannot be reached, or is
   * starting, is given {@code PATIENCE} to come up, as servers started together may need.
   *
   * @return fails when the database stays away, refuses us, or holds a schema this release does not
   *     know
   */
  public static Future<Void> apply(Vertx vertx, DbConfig config) {
    return attempt(vertx, config, System.nanoTime() + PATIENCE.toNanos());
  }

  private static Future<Void> attempt(Vertx vertx, DbConfig config, long deadlineNanos) {
    return vertx
        .<Void>executeBlocking(
            () -> {
              migrate(config);
              return null;
            })
        .recover(
            failure ->
                isAway(failure) && System.nanoTime() - deadlineNanos < 0
                    ? vertx
                        .timer(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(again -> attempt(vertx, config, deadlineNanos))
                    : Future.failedFuture(failure));
  }

  private static void migrate(DbConfig config) {
    var uri = URI.create(config.postgresUri());
    var login = new Properties();
    if (uri.getUserInfo() != null) {
      String[] parts = uri.getUserInfo().split(":", 2);
      login.setProperty("user", parts[0]);
      if (parts.length > 1) login.setProperty("password", parts[1]);
    }
    String url =
        "jdbc:postgresql://"
            + uri.getHost()
            + ":"
            + (uri.getPort() < 0 ? 5432 : uri.getPort())
            + uri.getPath()
            + (uri.getQuery() == null ? "" : "?" + uri.getQuery());
    Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(url, login.getProperty("user"), login.getProperty("password"))
        .locations("classpath:db/migration")
        .load()
        .migrate();
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
}
