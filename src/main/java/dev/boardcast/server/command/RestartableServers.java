package dev.boardcast.server.command;

import dev.boardcast.server.embedded.EmbeddedServers;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs PostgreSQL and Redis in processes that a caller stops and restarts, to test what depends on
 * them. PostgreSQL's data survives the death of its process but not of the machine. Every call
 * blocks.
 */
public final class RestartableServers implements AutoCloseable {
  private static final int REDIS_DATABASES = 16;

  private final EmbeddedServers servers;

  private RestartableServers(EmbeddedServers servers) {
    this.servers = servers;
  }

  /**
   * Starts both.
   *
   * @param binaries directory of the unpacked programs; several data directories may share it
   * @throws RuntimeException whose message says which server did not start, and why
   */
  public static RestartableServers start(Path dataDir, Path binaries) {
    return new RestartableServers(
        EmbeddedServers.start(
            new EmbeddedServers.Options(
                dataDir, binaries, false, false, REDIS_DATABASES, List.of())));
  }

  public String postgresUri() {
    return servers.postgresUri();
  }

  public String redisUri() {
    return servers.redisUri();
  }

  /** Stops PostgreSQL at once, as a crash does. */
  public void stopPostgres() {
    servers.postgres().kill();
  }

  /** Starts PostgreSQL on the same port with the same data; returns when it answers. */
  public void startPostgres() {
    servers.postgres().start();
  }

  /** Stops Redis at once, as a crash does. */
  public void stopRedis() {
    servers.redis().kill();
  }

  /**
   * Starts Redis on the same port; returns when it answers. The writes of about the last second
   * before it stopped may be missing.
   */
  public void startRedis() {
    servers.redis().start();
  }

  @Override
  public void close() {
    servers.close();
  }
}
