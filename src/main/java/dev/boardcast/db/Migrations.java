package dev.boardcast.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings the schema to this release; nodes that start together do it one after another. */
public final class Migrations {
  private Migrations() {}

  /**
   * Applies {@code db/migration/V###__<what>.sql}.
   *
   * @return fails when the database is away or holds a schema this release does not know
   */
  public static Future<Void> apply(Vertx vertx, DbConfig config) {
    return apply(vertx, config, List.of());
  }

  /**
   * As {@link #apply(Vertx, DbConfig)}, then those of boards that do not come with Boardcast.
   *
   * @param folders on the class path, such as {@code db/deploys}; each has a history of its own,
   *     named after its last part, so that neither side's numbers are in the other's way
   */
  public static Future<Void> apply(Vertx vertx, DbConfig config, List<String> folders) {
    return vertx.executeBlocking(
        () -> {
          flyway(config).locations("classpath:db/migration").load().migrate();
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
          return null;
        });
  }

  private static FluentConfiguration flyway(DbConfig config) {
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
    return Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(url, login.getProperty("user"), login.getProperty("password"))
        .connectRetries(5);
  }
}
