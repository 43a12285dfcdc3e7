package dev.boardcast.server.embedded;

import java.nio.file.Path;

/**
 * The embedded servers for those who want to see them fail: nothing brings them back but a call.
 * PostgreSQL is quick rather than durable; what it has committed survives its own death, not the
 * machine's. Every call blocks.
 */
public final class RestartableServers implements AutoCloseable {
  private final EmbeddedServers servers;

  private RestartableServers(EmbeddedServers servers) {
    this.servers = servers;
  }

  /**
   * @param binaries where the programs are unpacked, once for many data dirs
   * @param redisDatabases how many numbered databases Redis has
   * @throws EmbeddedFailure says what did not start and why
   */
  public static RestartableServers start(Path dataDir, Path binaries, int redisDatabases) {
    return new RestartableServers(
        EmbeddedServers.start(
            new EmbeddedOptions(dataDir, binaries, false, false, redisDatabases)));
  }

  public String postgresUri() {
    return servers.postgresUri();
  }

  public String redisUri() {
    return servers.redisUri();
  }

  /** PostgreSQL is gone at once, as after a crash. */
  public void stopPostgres() {
    servers.servers().get(0).kill();
  }

  /** PostgreSQL answers again, on its port, with its data. */
  public void startPostgres() {
    servers.servers().get(0).start();
  }

  /** Redis is gone at once, as after a crash. */
  public void stopRedis() {
    servers.servers().get(1).kill();
  }

  /** Redis answers again, on its port, with its data up to about a second before it went. */
  public void startRedis() {
    servers.servers().get(1).start();
  }

  @Override
  public void close() {
    servers.close();
  }
}
