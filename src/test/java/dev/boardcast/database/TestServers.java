package dev.boardcast.database;

import dev.boardcast.server.embedded.EmbeddedOptions;
import dev.boardcast.server.embedded.EmbeddedServer;
import dev.boardcast.server.embedded.EmbeddedServers;
import java.nio.file.Path;

/**
 * The embedded servers as tests want them: quick rather than durable, and to be stopped and started
 * at will. Every call blocks.
 */
public final class TestServers implements AutoCloseable {
  /** Unpacked once for all test runs, until {@code mvn clean}. */
  public static final Path BINARIES = Path.of("target", "test-services", "binaries");

  private static final int REDIS_DATABASES = 4096;

  private final EmbeddedServers servers;

  private TestServers(EmbeddedServers servers) {
    this.servers = servers;
  }

  /** Servers of this data dir; {@code supervised} ones come back by themselves when they die. */
  public static TestServers start(Path dataDir, boolean supervised) {
    return new TestServers(
        EmbeddedServers.start(
            new EmbeddedOptions(dataDir, BINARIES, false, supervised, REDIS_DATABASES)));
  }

  /** As in production: what PostgreSQL has committed waits for the disk. For benchmarks. */
  public static TestServers durable(Path dataDir) {
    return new TestServers(
        EmbeddedServers.start(
            new EmbeddedOptions(dataDir, BINARIES, true, false, REDIS_DATABASES)));
  }

  public String postgresUri() {
    return servers.postgresUri();
  }

  public String redisUri() {
    return servers.redisUri();
  }

  /** How many numbered databases Redis has. */
  public int redisDatabases() {
    return REDIS_DATABASES;
  }

  /** PostgreSQL is gone at once, as after a crash. */
  public void stopPostgres() {
    postgres().kill();
  }

  /** PostgreSQL answers again, on its port, with its data. */
  public void startPostgres() {
    postgres().start();
  }

  /** Redis is gone at once, as after a crash. */
  public void stopRedis() {
    redis().kill();
  }

  /** Redis answers again, on its port, with its data up to about a second before it went. */
  public void startRedis() {
    redis().start();
  }

  @Override
  public void close() {
    servers.close();
  }

  private EmbeddedServer postgres() {
    return servers.servers().get(0);
  }

  private EmbeddedServer redis() {
    return servers.servers().get(1);
  }
}
