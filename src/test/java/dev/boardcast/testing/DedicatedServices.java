package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;

/** PostgreSQL and Redis of one test, which can stop and restart them. Calls block. */
public final class DedicatedServices implements AutoCloseable {
  private final TestServers servers;
  private final FreshDatabases databases;

  DedicatedServices(TestServers servers) {
    this.servers = servers;
    this.databases = new FreshDatabases(servers);
  }

  /** A migrated, empty PostgreSQL database and an empty Redis database. */
  public DatabaseConfig freshDatabase() {
    return databases.next();
  }

  /** Stops PostgreSQL; committed data stays. */
  public void stopPostgres() {
    servers.stopPostgres();
  }

  /** Starts PostgreSQL on the same port; returns when it answers. */
  public void startPostgres() {
    servers.startPostgres();
  }

  /** Stops Redis; all but the last second's data stays. */
  public void stopRedis() {
    servers.stopRedis();
  }

  /** Starts Redis on the same port; returns when it answers. */
  public void startRedis() {
    servers.startRedis();
  }

  @Override
  public void close() {
    servers.close();
  }
}
