package dev.boardcast.testing;

import dev.boardcast.server.embedded.EmbeddedServers;
import java.nio.file.Path;
import java.util.List;

/** The embedded servers for tests, which stop and restart them. Every call blocks. */
public final class TestServers implements AutoCloseable {
  /** Directory of the unpacked programs, shared by all test runs until {@code mvn clean}. */
  public static final Path BINARIES = Path.of("target", "test-services", "binaries");

  private static final int REDIS_DATABASES = 4096;
  // To give each test an empty database.
  private static final List<String> REDIS_COMMANDS = List.of("incr", "flushdb");

  private final Path dataDir;
  private final EmbeddedServers servers;

  private TestServers(Path dataDir, boolean durable, boolean supervised) {
    this.dataDir = dataDir;
    servers =
        EmbeddedServers.start(
            new EmbeddedServers.Options(
                dataDir, BINARIES, durable, supervised, REDIS_DATABASES, REDIS_COMMANDS));
  }

  /**
   * Starts servers whose commits do not wait for the disk.
   *
   * @param supervised whether a server that dies is restarted
   */
  static TestServers start(Path dataDir, boolean supervised) {
    return new TestServers(dataDir, false, supervised);
  }

  /** Starts servers whose commits wait for the disk, as in production. For benchmarks. */
  static TestServers durable(Path dataDir) {
    return new TestServers(dataDir, true, false);
  }

  String postgresUri() {
    return servers.postgresUri();
  }

  String redisUri() {
    return servers.redisUri();
  }

  /** How many numbered databases Redis has. */
  int redisDatabases() {
    return REDIS_DATABASES;
  }

  /** Stops PostgreSQL at once, as a crash does. */
  void stopPostgres() {
    servers.postgres().kill();
  }

  /** Starts PostgreSQL on the same port with the same data; returns when it answers. */
  void startPostgres() {
    servers.postgres().start();
  }

  /** PostgreSQL's data directory, with its configuration. */
  Path postgresDirectory() {
    return dataDir.resolve("postgres");
  }

  /** Stops Redis at once, as a crash does. */
  void stopRedis() {
    servers.redis().kill();
  }

  /** Starts Redis on the same port, with its data up to about a second before it stopped. */
  void startRedis() {
    servers.redis().start();
  }

  @Override
  public void close() {
    servers.close();
  }
}
