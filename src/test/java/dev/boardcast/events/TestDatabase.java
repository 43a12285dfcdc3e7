package dev.boardcast.events;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Migrations;
import dev.boardcast.database.Pools;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** A fresh, migrated database for each test, on one PostgreSQL for all. */
final class TestDatabase implements BeforeEachCallback {
  private String uri;

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    uri =
        context
            .getRoot()
            .getStore(Namespace.create(TestDatabase.class))
            .computeIfAbsent("server", name -> new Server(), Server.class)
            .newDatabase();
  }

  String uri() {
    return uri;
  }

  DatabaseConfig config() {
    return config(uri);
  }

  Pool pool(Vertx vertx) {
    return pool(vertx, uri);
  }

  static Pool pool(Vertx vertx, String uri) {
    return Pools.pool(vertx, config(uri));
  }

  private static DatabaseConfig config(String uri) {
    return DatabaseConfig.at(uri, "redis://127.0.0.1:1");
  }

  private static final class Server implements AutoCloseable {
    private final EmbeddedPostgres postgres;
    private final AtomicInteger databases = new AtomicInteger();

    Server() {
      var vertx = Vertx.vertx();
      try {
        postgres = EmbeddedPostgres.builder().start();
        run("CREATE DATABASE migrated");
        Migrations.apply(vertx, config(uri("migrated"))).await(60, TimeUnit.SECONDS);
      } catch (Exception failure) {
        throw new IllegalStateException("no PostgreSQL to test with", failure);
      } finally {
        vertx.close();
      }
    }

    String newDatabase() throws SQLException {
      String name = "test_" + databases.incrementAndGet();
      run("CREATE DATABASE " + name + " TEMPLATE migrated");
      return uri(name);
    }

    private void run(String sql) throws SQLException {
      try (var connection = postgres.getPostgresDatabase().getConnection();
          var statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    private String uri(String database) {
      return "postgresql://postgres:postgres@127.0.0.1:" + postgres.getPort() + "/" + database;
    }

    @Override
    public void close() throws IOException {
      postgres.close();
    }
  }
}
