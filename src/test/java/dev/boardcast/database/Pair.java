package dev.boardcast.database;

import dev.boardcast.server.embedded.EmbeddedDirectories;
import dev.boardcast.server.embedded.EmbeddedProcess;
import dev.boardcast.server.embedded.EmbeddedServers;
import dev.boardcast.testing.Sql;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Jedis;

/**
 * What a test sees of a pair of servers: the processes of a data dir and what they hold.
 *
 * @param uris of PostgreSQL and of Redis
 */
public record Pair(EmbeddedDirectories home, List<String> uris) {

  public static Pair of(Path dataDir, EmbeddedServers servers) {
    return of(dataDir, List.of(servers.postgresUri(), servers.redisUri()));
  }

  static Pair of(Path dataDir, List<String> uris) {
    return new Pair(EmbeddedDirectories.in(dataDir), uris);
  }

  /** The processes that run, PostgreSQL first. */
  public List<ProcessHandle> processes() {
    return List.of(
        home.postgresProcess().find().orElseThrow(), home.redisProcess().find().orElseThrow());
  }

  public boolean isGone() {
    return home.postgresProcess().find().isEmpty() && home.redisProcess().find().isEmpty();
  }

  /** Writes the word to both. */
  public void remember(String word) throws SQLException {
    sql().run("CREATE TABLE memory AS SELECT '" + word + "' AS word");
    try (var redis = new Jedis(URI.create(uris.get(1)))) {
      redis.set("memory", word);
    }
  }

  /** The words of both. */
  public List<String> recall() throws SQLException {
    try (var redis = new Jedis(URI.create(uris.get(1)))) {
      return List.of(sql().column("SELECT word FROM memory").get(0), redis.get("memory"));
    }
  }

  public Sql sql() {
    return new Sql(uris.get(0));
  }

  /** Ends a server as {@code kill -9} does, and waits until it is gone. */
  static void kill(EmbeddedProcess server) {
    server.find().orElseThrow().destroyForcibly();
    if (!server.awaitEnd(Duration.ofSeconds(10))) throw new IllegalStateException("still there");
  }
}
