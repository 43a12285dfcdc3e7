package dev.boardcast.server;

import java.nio.file.Path;

/** PostgreSQL and Redis of this machine, for a start that was given none. */
public interface LocalServers extends AutoCloseable {
  String postgresUri();

  String redisUri();

  /** Stops what this process started. Blocks, bounded. */
  @Override
  void close();

  /** Starts or finds them. */
  @FunctionalInterface
  interface Starter {
    /** Blocks until both answer; fails with a message for the operator. */
    LocalServers start(Path dataDir) throws Exception;
  }
}
