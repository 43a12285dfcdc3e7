package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;
import java.sql.SQLException;
import java.util.UUID;

/** Creates empty databases as copies of a template that was migrated once. */
final class FreshDatabases {
  private final TestServers servers;
  private final Sql sql;
  private final String template;

  FreshDatabases(TestServers servers) {
    this.servers = servers;
    this.sql = new Sql(servers.postgresUri());
    try {
      StaleDatabases.drop(sql);
      this.template = TemplateDatabase.getOrCreate(sql);
    } catch (SQLException cause) {
      throw new IllegalStateException("no template database", cause);
    }
  }

  DatabaseConfig next() {
    String name = StaleDatabases.name(UUID.randomUUID());
    try {
      sql.run("CREATE DATABASE " + name + " TEMPLATE " + template);
    } catch (SQLException cause) {
      throw new IllegalStateException("no database " + name, cause);
    }
    return DatabaseConfig.at(sql.in(name).uri(), RedisDatabase.next(servers));
  }
}
