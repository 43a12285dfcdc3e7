package dev.boardcast.server.embedded;

import dev.boardcast.testing.Sql;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Jedis;

/**
 * The servers of a data directory as a test sees them: their processes and a word stored in both.
 *
 * @param uris of PostgreSQL and of Redis
 */
record ServerPair(EmbeddedDirectories directories, List<String> uris) {

  static ServerPair of(Path dataDir, EmbeddedServers servers) {
    return of(dataDir, List.of(servers.postgresUri(), servers.redisUri()));
  }

  static ServerPair of(Path dataDir, List<String> uris) {
    return new ServerPair(EmbeddedDirectories.in(dataDir), uris);
  }

  /** The running processes, PostgreSQL first. */
  List<ProcessHandle> processes() {
    return List.of(
        directories.postgresProcess().find().orElseThrow(),
        directories.redisProcess().find().orElseThrow());
  }

  boolean isStopped() {
    return directories.postgresProcess().find().isEmpty()
        && directories.redisProcess().find().isEmpty();
  }

  /** Stores the word in both. */
  void store(String word) throws SQLException {
    sql().run("CREATE TABLE memory AS SELECT '" + word + "' AS word");
    try (var redis = new Jedis(URI.create(uris.get(1)))) {
      redis.hset("memory", "word", word);
    }
  }

  /** The word of each. */
  List<String> stored() throws SQLException {
    try (var redis = new Jedis(URI.create(uris.get(1)))) {
      return List.of(sql().column("SELECT word FROM memory").get(0), redis.hget("memory", "word"));
    }
  }

  Sql sql() {
    return new Sql(uris.get(0));
  }

  /** Ends a server as {@code kill -9} does, and waits until it has ended. */
  static void kill(EmbeddedProcess server) {
    ProcessHandle running = server.find().orElseThrow();
    running.destroyForcibly();
    if (!server.awaitEnd(running, Duration.ofSeconds(10)))
      throw new IllegalStateException("still running");
  }
}
