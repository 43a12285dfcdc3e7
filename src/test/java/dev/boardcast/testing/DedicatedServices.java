package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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

  /** Restarts PostgreSQL with TLS: it takes no connections without it from now on. */
  public void encryptPostgres(TestCa.Issued certificate) throws IOException {
    Path directory = servers.postgresDirectory();
    Files.writeString(
        directory.resolve("postgresql.conf"),
        "ssl = on\nssl_cert_file = '%s'\nssl_key_file = '%s'\n"
            .formatted(certificate.cert().toAbsolutePath(), certificate.key().toAbsolutePath()),
        StandardOpenOption.APPEND);
    Files.writeString(
        directory.resolve("pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    servers.stopPostgres();
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
