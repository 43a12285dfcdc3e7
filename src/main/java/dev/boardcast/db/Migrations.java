package dev.boardcast.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Properties;
import org.flywaydb.core.Flyway;

/** Brings the schema to this release; nodes that start together do it one after another. */
public final class Migrations {
  private Migrations() {}

  /**
   * Applies {@code db/migration/V###__<what>.sql}.
   *
   * @return fails when the database is away or holds a schema this release does not know
   */
  public static Future<Void> apply(Vertx vertx, DbConfig config) {
    return vertx.executeBlocking(
        () -> {
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
              .connectRetries(5)
              .load()
              .migrate();
          return null;
        });
  }
}
