package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Migrations;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;

/** A migrated, empty database to copy: one per checksum of the migrations, kept between runs. */
final class TemplateDatabase {
  private TemplateDatabase() {}

  /** Returns its name, and creates it when missing, under a lock against other JVMs. */
  static String getOrCreate(Sql sql) throws SQLException {
    String name = "template_" + checksum();
    try (var connection = sql.connect();
        var lock = connection.createStatement()) {
      lock.execute("SELECT pg_advisory_lock(hashtext('template'))");
      if (sql.column("SELECT 1 FROM pg_database WHERE datname = '" + name + "'").isEmpty()) {
        String unfinished = name + "_unfinished";
        sql.run("DROP DATABASE IF EXISTS " + unfinished + " WITH (FORCE)");
        sql.run("CREATE DATABASE " + unfinished);
        migrate(sql.in(unfinished));
        sql.run("ALTER DATABASE " + unfinished + " RENAME TO " + name);
      }
    }
    return name;
  }

  private static void migrate(Sql database) {
    var vertx = Vertx.vertx();
    try {
      Migrations.apply(vertx, DatabaseConfig.at(database.uri(), "redis://127.0.0.1"))
          .await(60, TimeUnit.SECONDS);
    } catch (TimeoutException cause) {
      throw new IllegalStateException("the migrations did not finish", cause);
    } finally {
      vertx.close();
    }
  }

  private static String checksum() {
    var sum = new CRC32();
    sum.update("schema boardcast".getBytes());
    try (var files =
        Files.list(Path.of(TemplateDatabase.class.getResource("/dev/boardcast/migration").toURI()))
            .sorted()) {
      for (var file : files.toList()) {
        sum.update(file.getFileName().toString().getBytes());
        sum.update(Files.readAllBytes(file));
      }
    } catch (IOException | URISyntaxException cause) {
      throw new IllegalStateException("the migrations cannot be read", cause);
    }
    return Long.toHexString(sum.getValue());
  }
}
