package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;

/** PostgreSQL and Redis of one test, which takes them away and brings them back. Calls block. */
public final class OwnServices implements AutoCloseable {
  private final TestServers servers;
  private final FreshDatabases databases;

  OwnServices(TestServers servers) {
    this.servers = servers;
    this.databases = new FreshDatabases(servers);
  }

  /** A migrated, empty PostgreSQL database and an empty Redis database. */
  public DatabaseConfig freshDatabase() {
    return databases.next();
  }

  /** PostgreSQL dies; committed data stays. */
  public void stopPostgres() {
    servers.stopPostgres();
  }

  /** Comes back when PostgreSQL answers, on the same port. */
  public void startPostgres() {
    servers.startPostgres();
  }

  /** Redis dies; all but the last second's data stays. */
  public void stopRedis() {
    servers.stopRedis();
  }

  /** Comes back when Redis answers, on the same port. */
  public void startRedis() {
    servers.startRedis();
  }

  @Override
  public void close() {
    servers.close();
  }
}
